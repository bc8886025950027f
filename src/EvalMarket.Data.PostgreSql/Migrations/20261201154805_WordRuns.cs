using Microsoft.EntityFrameworkCore.Migrations;
using NpgsqlTypes;

#nullable disable

namespace EvalMarket.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class WordRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_dataset_chunk_words_search_vector",
                table: "dataset_chunk_words");

            migrationBuilder.DropColumn(
                name: "search_vector",
                table: "dataset_chunk_words");

            migrationBuilder.CreateTable(
                name: "dataset_word_blocks",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    run = table.Column<long>(type: "bigint", nullable: false),
                    start = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_word_blocks", x => new { x.workspace, x.dataset_id, x.run, x.start });
                });

            migrationBuilder.CreateTable(
                name: "dataset_word_runs",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "character varying(40)", unicode: false, maxLength: 40, nullable: false, collation: "C"),
                    dataset_id = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false, collation: "C"),
                    id = table.Column<long>(type: "bigint", nullable: false),
                    first_chunk = table.Column<long>(type: "bigint", nullable: false),
                    last_chunk = table.Column<long>(type: "bigint", nullable: false),
                    words = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_word_runs", x => new { x.workspace, x.dataset_id, x.id });
                });

            // Of words that were entered before, nothing is known but in which chunks they can be: each is looked at until the upkeep has made runs of their lists.
            migrationBuilder.Sql("INSERT INTO dataset_word_runs (workspace, dataset_id, id, first_chunk, last_chunk, words) SELECT workspace, dataset_id, 0, MIN(number), MAX(number), 0 FROM dataset_chunk_words GROUP BY workspace, dataset_id;");

            // Compressed, a list would have to be read whole for a part of it.
            migrationBuilder.Sql("ALTER TABLE dataset_chunk_words ALTER COLUMN list SET STORAGE EXTERNAL;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dataset_word_blocks");

            migrationBuilder.DropTable(
                name: "dataset_word_runs");

            migrationBuilder.AddColumn<NpgsqlTsVector>(
                name: "search_vector",
                table: "dataset_chunk_words",
                type: "tsvector",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_dataset_chunk_words_search_vector",
                table: "dataset_chunk_words",
                column: "search_vector")
                .Annotation("Npgsql:IndexMethod", "GIN");
        }
    }
}
