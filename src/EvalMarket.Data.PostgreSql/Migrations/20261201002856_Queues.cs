using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Queues : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "queue_items",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    queue_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    session_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    added = table.Column<long>(type: "bigint", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    reviews = table.Column<int>(type: "integer", nullable: false),
                    skips = table.Column<int>(type: "integer", nullable: false),
                    is_flagged = table.Column<bool>(type: "boolean", nullable: false),
                    result_status = table.Column<int>(type: "integer", nullable: true),
                    result = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_items", x => new { x.workspace, x.queue_id, x.session_id });
                    table.ForeignKey(
                        name: "FK_queue_items_sessions_workspace_session_id",
                        columns: x => new { x.workspace, x.session_id },
                        principalTable: "sessions",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "queues",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    version = table.Column<int>(type: "integer", nullable: false),
                    hash = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    instructions = table.Column<string>(type: "text", nullable: true),
                    reviews_per_session = table.Column<int>(type: "integer", nullable: false),
                    is_blind = table.Column<bool>(type: "boolean", nullable: false),
                    is_open = table.Column<bool>(type: "boolean", nullable: false),
                    reservation_minutes = table.Column<int>(type: "integer", nullable: false),
                    reviewers = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    log_sequence = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queues", x => new { x.workspace, x.id });
                    table.ForeignKey(
                        name: "FK_queues_workspaces_workspace",
                        column: x => x.workspace,
                        principalTable: "workspaces",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "queue_reservations",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    queue_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    session_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    reviewer = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false, collation: "C"),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_reservations", x => new { x.workspace, x.queue_id, x.session_id, x.reviewer });
                    table.ForeignKey(
                        name: "FK_queue_reservations_queue_items_workspace_queue_id_session_id",
                        columns: x => new { x.workspace, x.queue_id, x.session_id },
                        principalTable: "queue_items",
                        principalColumns: new[] { "workspace", "queue_id", "session_id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "queue_reviews",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    queue_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    session_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    reviewer = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false, collation: "C"),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    skip = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    status = table.Column<int>(type: "integer", nullable: true),
                    notes = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string>(type: "text", nullable: true),
                    expected_output = table.Column<string>(type: "text", nullable: true),
                    flag = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_reviews", x => new { x.workspace, x.queue_id, x.session_id, x.reviewer });
                    table.ForeignKey(
                        name: "FK_queue_reviews_queue_items_workspace_queue_id_session_id",
                        columns: x => new { x.workspace, x.queue_id, x.session_id },
                        principalTable: "queue_items",
                        principalColumns: new[] { "workspace", "queue_id", "session_id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_queue_items_workspace_queue_id_added_session_id",
                table: "queue_items",
                columns: new[] { "workspace", "queue_id", "added", "session_id" });

            migrationBuilder.CreateIndex(
                name: "IX_queue_items_workspace_queue_id_state_added_session_id",
                table: "queue_items",
                columns: new[] { "workspace", "queue_id", "state", "added", "session_id" });

            migrationBuilder.CreateIndex(
                name: "IX_queue_items_workspace_session_id",
                table: "queue_items",
                columns: new[] { "workspace", "session_id" });

            migrationBuilder.CreateIndex(
                name: "IX_queue_reviews_workspace_queue_id_reviewer_session_id",
                table: "queue_reviews",
                columns: new[] { "workspace", "queue_id", "reviewer", "session_id" });

            migrationBuilder.CreateIndex(
                name: "IX_queue_reviews_workspace_queue_id_sequence_session_id",
                table: "queue_reviews",
                columns: new[] { "workspace", "queue_id", "sequence", "session_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "queue_reservations");

            migrationBuilder.DropTable(
                name: "queue_reviews");

            migrationBuilder.DropTable(
                name: "queues");

            migrationBuilder.DropTable(
                name: "queue_items");
        }
    }
}
