using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class WordRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "search_text",
                table: "dataset_chunk_words");

            migrationBuilder.CreateTable(
                name: "dataset_word_blocks",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "varchar(40)", unicode: false, maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    dataset_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
                    run = table.Column<long>(type: "bigint", nullable: false),
                    start = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false, collation: "Latin1_General_100_BIN2"),
                    content = table.Column<byte[]>(type: "varbinary(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dataset_word_blocks", x => new { x.workspace, x.dataset_id, x.run, x.start });
                });

            migrationBuilder.CreateTable(
                name: "dataset_word_runs",
                columns: table => new
                {
                    workspace = table.Column<string>(type: "varchar(40)", unicode: false, maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    dataset_id = table.Column<string>(type: "varchar(32)", unicode: false, maxLength: 32, nullable: false, collation: "Latin1_General_100_BIN2"),
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dataset_word_blocks");

            migrationBuilder.DropTable(
                name: "dataset_word_runs");

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "dataset_chunk_words",
                type: "nvarchar(max)",
                nullable: true,
                defaultValue: "",
                collation: "Latin1_General_100_BIN2");
        }
    }
}
