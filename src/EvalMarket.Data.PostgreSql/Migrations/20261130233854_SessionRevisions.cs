using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class SessionRevisions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "sessions",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "session_deletions",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    session_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_session_deletions", x => new { x.workspace, x.revision, x.session_id });
                    table.ForeignKey(
                        name: "FK_session_deletions_workspaces_workspace",
                        column: x => x.workspace,
                        principalTable: "workspaces",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_revision",
                table: "sessions",
                columns: new[] { "workspace", "revision" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "session_deletions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_revision",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "sessions");
        }
    }
}
