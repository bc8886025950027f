using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Orders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "dataset_id",
                table: "saved_views",
                type: "varchar(32)",
                unicode: false,
                maxLength: 32,
                nullable: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.AddColumn<int>(
                name: "list",
                table: "saved_views",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "output_length",
                table: "dataset_items",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.Sql("UPDATE saved_views SET list = 1 WHERE is_evals = 1;");

            migrationBuilder.DropColumn(
                name: "is_evals",
                table: "saved_views");

            // Of an output that is longer than its preview this is too little, until its chunk is written again or the index rebuilt (reindex).
            migrationBuilder.Sql("UPDATE dataset_items SET output_length = DATALENGTH(output) / 2;");

            migrationBuilder.AddColumn<string>(
                name: "name_sort",
                table: "datasets",
                type: "nvarchar(100)",
                maxLength: 100,
                nullable: false,
                computedColumnSql: "left(lower(left(name, 100)), 100)",
                stored: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.AddColumn<string>(
                name: "input_sort",
                table: "dataset_items",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: false,
                computedColumnSql: "left(lower(left(input, 64)), 64)",
                stored: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.CreateIndex(
                name: "IX_saved_views_workspace_dataset_id",
                table: "saved_views",
                columns: new[] { "workspace", "dataset_id" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_items_workspace_dataset_id_input_sort_id",
                table: "dataset_items",
                columns: new[] { "workspace", "dataset_id", "input_sort", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_dataset_items_workspace_dataset_id_output_length_id",
                table: "dataset_items",
                columns: new[] { "workspace", "dataset_id", "output_length", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_saved_views_workspace_dataset_id",
                table: "saved_views");

            migrationBuilder.DropIndex(
                name: "IX_dataset_items_workspace_dataset_id_input_sort_id",
                table: "dataset_items");

            migrationBuilder.DropIndex(
                name: "IX_dataset_items_workspace_dataset_id_output_length_id",
                table: "dataset_items");

            migrationBuilder.DropColumn(
                name: "name_sort",
                table: "datasets");

            migrationBuilder.DropColumn(
                name: "input_sort",
                table: "dataset_items");

            migrationBuilder.DropColumn(
                name: "dataset_id",
                table: "saved_views");

            migrationBuilder.DropColumn(
                name: "list",
                table: "saved_views");

            migrationBuilder.DropColumn(
                name: "output_length",
                table: "dataset_items");

            migrationBuilder.AddColumn<bool>(
                name: "is_evals",
                table: "saved_views",
                type: "bit",
                nullable: false,
                defaultValue: false);
        }
    }
}
