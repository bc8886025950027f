using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class LabelHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "label_changes",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    sessions = table.Column<int>(type: "integer", nullable: false),
                    undoes = table.Column<long>(type: "bigint", nullable: true),
                    summary = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_label_changes", x => new { x.workspace, x.sequence });
                    table.ForeignKey(
                        name: "FK_label_changes_workspaces_workspace",
                        column: x => x.workspace,
                        principalTable: "workspaces",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "label_history",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    session_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    fields = table.Column<int>(type: "integer", nullable: false),
                    ready_before = table.Column<bool>(type: "boolean", nullable: false),
                    ready_after = table.Column<bool>(type: "boolean", nullable: false),
                    status_before = table.Column<int>(type: "integer", nullable: true),
                    status_after = table.Column<int>(type: "integer", nullable: true),
                    reviewed_at_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reviewed_by_before = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    texts_before = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_label_history", x => new { x.workspace, x.session_id, x.sequence });
                    table.ForeignKey(
                        name: "FK_label_history_sessions_workspace_session_id",
                        columns: x => new { x.workspace, x.session_id },
                        principalTable: "sessions",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_label_history_workspace_sequence_session_id",
                table: "label_history",
                columns: new[] { "workspace", "sequence", "session_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "label_changes");

            migrationBuilder.DropTable(
                name: "label_history");
        }
    }
}
