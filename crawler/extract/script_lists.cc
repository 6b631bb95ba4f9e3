#include "crawler/extract/script_lists.h"

#include <algorithm>
#include <array>

#include "crawler/extract/pagination.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/script_text.h"
#include "proto/base/percent.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kPairsMax = 32;
constexpr size_t kNameBytesMax = 64;
constexpr size_t kCallsMax = 256;  // Of a script: looked at, list or not.

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

std::string_view TakeName(std::string_view* rest) {
  SkipSpaces(rest);
  size_t size = 0;
  while (size < rest->size() && size < kNameBytesMax && IsNameByte((*rest)[size])) ++size;
  const std::string_view name = rest->substr(0, size);
  rest->remove_prefix(size);
  return name;
}

// A string or a number; false where it is anything else.
bool TakeLiteral(std::string_view* rest, std::string* value) {
  SkipSpaces(rest);
  size_t end = 0;
  const std::string_view text = StringLiteral(*rest, kEndpointBytesMax, &end);
  if (end != std::string_view::npos) {
    *value = Unescaped(text);
    rest->remove_prefix(end);
    return true;
  }
  const std::string_view word = TakeName(rest);
  *value = word;
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The address at the front of `rest`: a whole string, or one that a page number is added to.
std::string TakeAddress(std::string_view* rest) {
  std::string address;
  SkipSpaces(rest);
  if (rest->empty() || (rest->front() != '"' && rest->front() != '\'')) return "";
  if (!TakeLiteral(rest, &address)) return "";
  SkipSpaces(rest);
  if (!rest->starts_with('+')) return address;
  if (!address.ends_with('=')) return "";
  const size_t name = address.find_last_of("?&");
  const bool is_page = name != std::string::npos &&
                       IsPageName(std::string_view(address).substr(
                           name + 1, address.size() - name - 2));
  if (!is_page) return "";
  // Nothing but the number may follow.
  rest->remove_prefix(1);
  TakeName(rest);
  SkipSpaces(rest);
  return rest->starts_with('+') ? std::string() : address + "1";
}

void AppendQueryText(std::string_view text, std::string* out) {
  for (const char c : text) {
    if (IsNameByte(c) || c == '-' || c == '.') {
      *out += c;
    } else {
      base::AppendPercent(c, out);
    }
  }
}

// {pageNo: 1, id: "12", page: page} as pageNo=1&id=12&page=1; false where a value is not known.
bool TakeData(std::string_view* rest, std::string* query) {
  if (!Take("{", rest)) return false;
  for (size_t pairs = 0; pairs < kPairsMax; ++pairs) {
    if (Take("}", rest)) return true;
    SkipSpaces(rest);
    std::string name;
    size_t end = 0;
    const std::string_view quoted = StringLiteral(*rest, kNameBytesMax, &end);
    if (end != std::string_view::npos) {
      name = Unescaped(quoted);
      rest->remove_prefix(end);
    } else {
      name = TakeName(rest);
    }
    if (name.empty() || !Take(":", rest)) return false;
    std::string value;
    if (!TakeLiteral(rest, &value)) {
      if (!IsPageName(name) || value.empty()) return false;
      value = "1";
    }
    if (!query->empty()) *query += '&';
    AppendQueryText(name, query);
    *query += '=';
    AppendQueryText(value, query);
    if (!Take(",", rest)) return Take("}", rest);
  }
  return false;
}

std::string WithQuery(std::string address, const std::string& query) {
  if (query.empty()) return address;
  return address + (address.find('?') == std::string::npos ? '?' : '&') + query;
}

// $.ajax({…}): its members in any order.
std::string AddressOfObject(std::string_view rest) {
  std::string address;
  std::string query;
  bool is_known = true;
  while (!rest.empty()) {
    const std::string_view name = TakeName(&rest);
    if (name.empty()) {
      rest.remove_prefix(std::min<size_t>(1, rest.size()));  // Spaces may have been all.
      continue;
    }
    if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);  // "url": "…"
    if (!rest.starts_with(':') && !base::TrimAscii(rest.substr(0, 8)).starts_with(':')) continue;
    if (name == "url" && address.empty()) {
      Take(":", &rest);
      address = TakeAddress(&rest);
      if (address.empty()) return "";
    } else if (name == "type" || name == "method") {
      Take(":", &rest);
      std::string method;
      if (TakeLiteral(&rest, &method) && !base::EqualsIgnoreCaseAscii(method, "get")) return "";
    } else if ((name == "data" || name == "params") && query.empty()) {
      Take(":", &rest);
      is_known = TakeData(&rest, &query);
    } else if (name == "success" || name == "error" || name == "function") {
      break;
    }
  }
  return is_known ? WithQuery(std::move(address), query) : std::string();
}

// The address that a call asks for; `rest` is behind its opening bracket.
std::string AddressOfCall(std::string_view call, std::string_view rest) {
  if (call == "open(") {
    std::string method;
    if (!TakeLiteral(&rest, &method) || !base::EqualsIgnoreCaseAscii(method, "get")) return "";
    return Take(",", &rest) ? TakeAddress(&rest) : std::string();
  }
  if (Take("{", &rest)) return AddressOfObject(rest);
  std::string address = TakeAddress(&rest);
  if (address.empty() || !Take(",", &rest)) return address;
  std::string query;
  if (call == "getJSON(" || call == ".get(") {
    // axios.get(url, {params: {…}}); $.get(url, {…}); $.getJSON(url, function…)
    std::string_view ahead = rest;
    if (Take("{", &ahead) && TakeName(&ahead) == "params" && Take(":", &ahead)) {
      return TakeData(&ahead, &query) ? WithQuery(std::move(address), query) : std::string();
    }
    ahead = rest;
    if (!Take("{", &ahead)) return address;
    return TakeData(&rest, &query) ? WithQuery(std::move(address), query) : std::string();
  }
  // fetch(url, {method: "POST"})
  const std::string_view options = rest.substr(0, kNameBytesMax);
  const bool posts = options.find("POST") != std::string_view::npos ||
                     options.find("post") != std::string_view::npos;
  return posts ? std::string() : address;
}

}  // namespace

bool IsListEndpoint(std::string_view reference) {
  if (reference.empty() || reference.size() > kEndpointBytesMax) return false;
  if (reference.find_first_of(" <>\"'{}\n") != std::string_view::npos) return false;
  static const WordList& no = ListOf("endpoint_no");
  const std::string lower = base::ToLowerAscii(reference);
  const std::string_view whole = lower;
  const size_t question = whole.find('?');
  const std::string_view path = whole.substr(0, question);
  if (no.In(path)) return false;
  if (path.ends_with("dataproxy.jsp")) return question != std::string_view::npos;
  if (path.ends_with(".json")) return true;
  return question != std::string_view::npos && HasPageNumber(whole.substr(question + 1));
}

std::vector<std::string> ListEndpoints(std::string_view script) {
  static constexpr std::array<std::string_view, 6> kCalls = {"ajax(",  "getJSON(", ".get(",
                                                             "fetch(", "axios(",   "open("};
  std::vector<std::string> found;
  size_t calls = 0;
  for (size_t at = 0; (at = script.find('(', at)) != std::string_view::npos; ++at) {
    if (at == 0 || std::string_view("xNthsn").find(script[at - 1]) == std::string_view::npos)
      continue;
    const std::string_view before = script.substr(0, at + 1);
    const auto* const call = std::find_if(kCalls.begin(), kCalls.end(), [&](std::string_view name) {
      return before.ends_with(name);
    });
    if (call == kCalls.end()) continue;
    if (++calls > kCallsMax || found.size() == kEndpointsMax) break;
    std::string address = AddressOfCall(*call, script.substr(at + 1, kEndpointCallBytesMax));
    if (!IsListEndpoint(address)) continue;
    if (std::find(found.begin(), found.end(), address) == found.end())
      found.push_back(std::move(address));
  }
  return found;
}

}  // namespace signboard::extract
