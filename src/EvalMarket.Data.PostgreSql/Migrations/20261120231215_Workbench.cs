using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Workbench : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_created_at_id",
                table: "sessions");

            migrationBuilder.AddColumn<string>(
                name: "title_sort",
                table: "sessions",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                computedColumnSql: "lower(left(title, 100))",
                stored: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "tokens",
                table: "sessions",
                type: "bigint",
                nullable: true,
                computedColumnSql: "case when prompt_tokens is null and completion_tokens is null then null else coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0) end",
                stored: true);

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

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    is_evals = table.Column<bool>(type: "boolean", nullable: false),
                    query = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    is_shared = table.Column<bool>(type: "boolean", nullable: false),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_saved_views", x => new { x.workspace, x.id });
                    table.ForeignKey(
                        name: "FK_saved_views_users_owner_id",
                        column: x => x.owner_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_saved_views_workspaces_workspace",
                        column: x => x.workspace,
                        principalTable: "workspaces",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_cost_id",
                table: "sessions",
                columns: new[] { "workspace", "cost", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_created_at_id",
                table: "sessions",
                columns: new[] { "workspace", "created_at", "id" })
                .Annotation("Npgsql:IndexInclude", new[] { "source", "author", "project", "model", "eval_ready", "eval_status" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_reviewed_at_id",
                table: "sessions",
                columns: new[] { "workspace", "reviewed_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_title_sort_id",
                table: "sessions",
                columns: new[] { "workspace", "title_sort", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_tokens_id",
                table: "sessions",
                columns: new[] { "workspace", "tokens", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_turn_count_id",
                table: "sessions",
                columns: new[] { "workspace", "turn_count", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_updated_at_id",
                table: "sessions",
                columns: new[] { "workspace", "updated_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_label_history_workspace_sequence_session_id",
                table: "label_history",
                columns: new[] { "workspace", "sequence", "session_id" });

            migrationBuilder.CreateIndex(
                name: "IX_saved_views_owner_id",
                table: "saved_views",
                column: "owner_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "label_changes");

            migrationBuilder.DropTable(
                name: "label_history");

            migrationBuilder.DropTable(
                name: "saved_views");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_cost_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_created_at_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_reviewed_at_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_title_sort_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_tokens_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_turn_count_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_updated_at_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "title_sort",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "tokens",
                table: "sessions");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_created_at_id",
                table: "sessions",
                columns: new[] { "workspace", "created_at", "id" });
        }
    }
}
