using System;
using Microsoft.EntityFrameworkCore.Migrations;
using NpgsqlTypes;

#nullable disable

namespace EvalMarket.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Datasets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dataset_chunk_words",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    list = table.Column<byte[]>(type: "bytea", nullable: false),
                    search_vector = table.Column<NpgsqlTsVector>(type: "tsvector", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_chunk_words", x => new { x.workspace, x.dataset_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "dataset_item_messages",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    item_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    message_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_item_messages", x => new { x.workspace, x.dataset_id, x.message_id, x.item_id });
                });

            migrationBuilder.CreateTable(
                name: "dataset_items",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    chunk = table.Column<long>(type: "bigint", nullable: false),
                    line = table.Column<int>(type: "integer", nullable: false),
                    input = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    output = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    has_output = table.Column<bool>(type: "boolean", nullable: false),
                    origin = table.Column<int>(type: "integer", nullable: false),
                    session_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: true, collation: "C"),
                    tags = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false, collation: "C"),
                    hash = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_items", x => new { x.workspace, x.dataset_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "dataset_tombstones",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    item_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    deleted_in = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_tombstones", x => new { x.workspace, x.dataset_id, x.item_id });
                });

            migrationBuilder.CreateTable(
                name: "datasets",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    version = table.Column<int>(type: "integer", nullable: false),
                    hash = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    schema = table.Column<string>(type: "text", nullable: true),
                    item_count = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    next_chunk = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    deleted_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_datasets", x => new { x.workspace, x.id });
                    table.ForeignKey(
                        name: "FK_datasets_workspaces_workspace",
                        column: x => x.workspace,
                        principalTable: "workspaces",
                        principalColumn: "slug",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dataset_chunks",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    section_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    rank = table.Column<long>(type: "bigint", nullable: false),
                    lines = table.Column<int>(type: "integer", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    summary = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_chunks", x => new { x.workspace, x.dataset_id, x.number });
                    table.ForeignKey(
                        name: "FK_dataset_chunks_datasets_workspace_dataset_id",
                        columns: x => new { x.workspace, x.dataset_id },
                        principalTable: "datasets",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dataset_sections",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    item_count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_sections", x => new { x.workspace, x.dataset_id, x.id });
                    table.ForeignKey(
                        name: "FK_dataset_sections_datasets_workspace_dataset_id",
                        columns: x => new { x.workspace, x.dataset_id },
                        principalTable: "datasets",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dataset_versions",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    version = table.Column<int>(type: "integer", nullable: false),
                    hash = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false, collation: "C"),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    author = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    summary = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    items = table.Column<long>(type: "bigint", nullable: false),
                    added = table.Column<long>(type: "bigint", nullable: false),
                    changed = table.Column<long>(type: "bigint", nullable: false),
                    removed = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    is_pinned = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_versions", x => new { x.workspace, x.dataset_id, x.version });
                    table.ForeignKey(
                        name: "FK_dataset_versions_datasets_workspace_dataset_id",
                        columns: x => new { x.workspace, x.dataset_id },
                        principalTable: "datasets",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "public_links",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    item_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    secret_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_public_links", x => new { x.workspace, x.id });
                    table.ForeignKey(
                        name: "FK_public_links_datasets_workspace_dataset_id",
                        columns: x => new { x.workspace, x.dataset_id },
                        principalTable: "datasets",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_chunk_words_search_vector",
                table: "dataset_chunk_words",
                column: "search_vector")
                .Annotation("Npgsql:IndexMethod", "GIN");

            migrationBuilder.CreateIndex(
                name: "IX_dataset_item_messages_workspace_dataset_id_item_id",
                table: "dataset_item_messages",
                columns: new[] { "workspace", "dataset_id", "item_id" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_items_workspace_dataset_id_chunk_line",
                table: "dataset_items",
                columns: new[] { "workspace", "dataset_id", "chunk", "line" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_items_workspace_session_id_dataset_id",
                table: "dataset_items",
                columns: new[] { "workspace", "session_id", "dataset_id" },
                filter: "session_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_public_links_secret_hash",
                table: "public_links",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_public_links_workspace_dataset_id",
                table: "public_links",
                columns: new[] { "workspace", "dataset_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dataset_chunk_words");

            migrationBuilder.DropTable(
                name: "dataset_chunks");

            migrationBuilder.DropTable(
                name: "dataset_item_messages");

            migrationBuilder.DropTable(
                name: "dataset_items");

            migrationBuilder.DropTable(
                name: "dataset_sections");

            migrationBuilder.DropTable(
                name: "dataset_tombstones");

            migrationBuilder.DropTable(
                name: "dataset_versions");

            migrationBuilder.DropTable(
                name: "public_links");

            migrationBuilder.DropTable(
                name: "datasets");
        }
    }
}
