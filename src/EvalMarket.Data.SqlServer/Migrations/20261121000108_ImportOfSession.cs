using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EvalMarket.Data.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class ImportOfSession : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "import_job",
                table: "sessions",
                type: "varchar(32)",
                unicode: false,
                maxLength: 32,
                nullable: true,
                collation: "Latin1_General_100_BIN2");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_workspace_import_job_created_at_id",
                table: "sessions",
                columns: new[] { "workspace", "import_job", "created_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_sessions_workspace_import_job_created_at_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "import_job",
                table: "sessions");
        }
    }
}
