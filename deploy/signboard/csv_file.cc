#include "deploy/signboard/csv_file.h"

#include <csv.h>

#include <algorithm>
#include <memory>

#include "proto/base/text.h"
#include "storage/gateway/csv.h"

namespace signboard::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kColumnsMax = 1'000;

using Cells = std::vector<std::string>;

struct Reading {
  Cells cells;
  std::vector<Cells> rows;
  bool too_wide = false;
};

void EndCell(void* bytes, size_t size, void* reading) {
  auto& into = *static_cast<Reading*>(reading);
  into.too_wide = into.too_wide || into.cells.size() >= kColumnsMax;
  if (!into.too_wide) into.cells.emplace_back(static_cast<const char*>(bytes), size);
}

void EndRow(int, void* reading) {
  auto& into = *static_cast<Reading*>(reading);
  into.rows.push_back(std::move(into.cells));
  into.cells.clear();
}

// Spreadsheets of many countries write semicolons.
char DelimiterOf(std::string_view text) {
  const std::string_view header = text.substr(0, text.find_first_of("\r\n"));
  char best = ',';
  for (const char c : {';', '\t'})
    if (std::count(header.begin(), header.end(), c) >
        std::count(header.begin(), header.end(), best))
      best = c;
  return best;
}

StatusOr<std::vector<Cells>> ReadCells(std::string_view text, const std::string& name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kCsvBytesMax) return base::InvalidArgument(name + ": over 256 MiB");
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
    return base::ResourceExhausted("no memory to read " + name);
  const std::unique_ptr<csv_parser, decltype(&csv_free)> freed(&parser, &csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(DelimiterOf(text)));
  Reading reading;
  const bool whole = csv_parse(&parser, text.data(), text.size(), EndCell, EndRow, &reading) ==
                         text.size() &&
                     csv_fini(&parser, EndCell, EndRow, &reading) == 0;
  const std::string row = name + ", row " + std::to_string(reading.rows.size() + 1);
  if (!whole)
    return base::InvalidArgument(row + ": a quotation mark is not closed, or stands amid a cell");
  if (reading.too_wide) return base::InvalidArgument(name + ": a row of over 1,000 cells");
  return std::move(reading.rows);
}

}  // namespace

const std::string& CsvRow::Of(const std::string& column) const {
  static const std::string kNone;
  const auto at = cells.find(column);
  return at == cells.end() ? kNone : at->second;
}

StatusOr<std::vector<CsvRow>> ReadCsv(std::string_view text, const std::string& name) {
  ASSIGN_OR_RETURN(std::vector<Cells> all, ReadCells(text, name));
  std::vector<CsvRow> rows;
  for (size_t i = 1; i < all.size(); ++i) {
    CsvRow row;
    row.number = i + 1;
    bool is_blank = true;
    for (size_t cell = 0; cell < std::min(all[i].size(), all[0].size()); ++cell) {
      std::string value = gateway::WithoutGuard(
          std::string(base::TrimAscii(base::ToValidUtf8(all[i][cell]))));
      is_blank = is_blank && value.empty();
      row.cells[std::string(base::TrimAscii(all[0][cell]))] = std::move(value);
    }
    if (!is_blank) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace signboard::cli
