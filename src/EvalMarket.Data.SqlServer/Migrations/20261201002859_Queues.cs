using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.SqlServer.Migrations
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
                    workspace = table.Column<string>(type: "varchar(40)", unicode: false, maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    queue_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    session_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    added = table.Column<long>(type: "bigint", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    state = table.Column<int>(type: "int", nullable: false),
                    reviews = table.Column<int>(type: "int", nullable: false),
                    skips = table.Column<int>(type: "int", nullable: false),
                    is_flagged = table.Column<bool>(type: "bit", nullable: false),
                    result_status = table.Column<int>(type: "int", nullable: true),
                    result = table.Column<string>(type: "nvarchar(max)", nullable: true)
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
                    workspace = table.Column<string>(type: "varchar(40)", unicode: false, maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    version = table.Column<int>(type: "int", nullable: false),
                    hash = table.Column<string>(type: "nvarchar(12)", maxLength: 12, nullable: false, collation: "Latin1_General_100_BIN2"),
                    name = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    instructions = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    reviews_per_session = table.Column<int>(type: "int", nullable: false),
                    is_blind = table.Column<bool>(type: "bit", nullable: false),
                    is_open = table.Column<bool>(type: "bit", nullable: false),
                    reservation_minutes = table.Column<int>(type: "int", nullable: false),
                    reviewers = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    created_by = table.Column<string>(type: "nvarchar(300)", maxLength: 300, nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
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
                    workspace = table.Column<string>(type: "varchar(40)", unicode: false, maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    queue_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    session_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    reviewer = table.Column<string>(type: "nvarchar(300)", maxLength: 300, nullable: false, collation: "Latin1_General_100_BIN2"),
                    until = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false)
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
                    workspace = table.Column<string>(type: "varchar(40)", unicode: false, maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    queue_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    session_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    reviewer = table.Column<string>(type: "nvarchar(300)", maxLength: 300, nullable: false, collation: "Latin1_General_100_BIN2"),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    skip = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: true),
                    status = table.Column<int>(type: "int", nullable: true),
                    notes = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    tags = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    expected_output = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    flag = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: true)
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
