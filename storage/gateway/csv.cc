#include "storage/gateway/csv.h"

#include <charconv>

#include "proto/base/text.h"

namespace signboard::gateway {
namespace {

bool IsNumber(std::string_view cell) {
  double number = 0;
  const char* end = cell.data() + cell.size();
  const auto parsed = std::from_chars(cell.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

bool BeginsLikeFormula(std::string_view cell) {
  // Spreadsheets forgive leading blanks.
  const size_t begin = cell.find_first_not_of(' ');
  if (begin == std::string_view::npos) return false;
  const std::string_view rest = cell.substr(begin);
  for (const std::string_view mark :
       {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"})
    if (rest.starts_with(mark)) return true;
  return false;
}

std::string Cell(std::string_view given) {
  std::string text = base::ToValidUtf8(given);
  if (BeginsLikeFormula(text) && !IsNumber(text)) text.insert(0, "'");
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += Cell(cells[i]);
  }
  return line + "\r\n";
}

std::string WithoutGuard(std::string cell) {
  const bool is_guarded =
      cell.starts_with('\'') && BeginsLikeFormula(std::string_view(cell).substr(1));
  return is_guarded ? cell.substr(1) : cell;
}

}  // namespace signboard::gateway
