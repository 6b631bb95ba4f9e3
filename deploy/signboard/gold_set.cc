#include "deploy/signboard/gold_set.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <utility>

#include "crawler/extract/gazetteer.h"
#include "proto/base/text.h"

namespace signboard::cli {
namespace {

using gateway::Json;

// A text of `page`; empty where the key is missing or null.
StatusOr<std::string> TextOf(const Json& page, const char* key) {
  const auto at = page.find(key);
  if (at == page.end() || at->is_null()) return std::string();
  if (!at->is_string()) return base::InvalidArgument(std::string(key) + " is no text");
  return at->get<std::string>();
}

Status CheckFinding(const Json& finding) {
  if (!finding.is_object()) return base::InvalidArgument("a finding is no object");
  const auto decided = finding.find("is_announcement");
  if (decided == finding.end() || !decided->is_boolean())
    return base::InvalidArgument("a finding without is_announcement");
  const auto founding = finding.find("founding");
  const bool named = founding != finding.end() && founding->is_string();
  if (decided->get<bool>() && (!named || founding->get_ref<const std::string&>().empty()))
    return base::InvalidArgument("an announcement without founding");
  for (const char* key : {"centre", "place", "event_date", "ordinal"}) {
    const auto at = finding.find(key);
    if (at != finding.end() && !at->is_object() && !at->is_null())
      return base::InvalidArgument(std::string(key) + " is neither an object nor null");
  }
  for (const char* key : {"partners", "platforms", "accounts", "claims"}) {
    const auto at = finding.find(key);
    if (at != finding.end() && !at->is_array() && !at->is_object())
      return base::InvalidArgument(std::string(key) + " is no list");
  }
  return OkStatus();
}

StatusOr<PageTerms> TermsOf(const Json& page) {
  PageTerms terms;
  ASSIGN_OR_RETURN(const std::string url, TextOf(page, "url"));
  if (!url.empty()) {
    ASSIGN_OR_RETURN(terms.url, base::Url::Parse(url));
  }
  ASSIGN_OR_RETURN(const std::string date, TextOf(page, "page_date"));
  if (!date.empty()) {
    ASSIGN_OR_RETURN(terms.date, ParsePageDate(date));
  }
  ASSIGN_OR_RETURN(terms.code, TextOf(page, "site_code"));
  if (!terms.code.empty() && extract::RegionOf(terms.code) == nullptr)
    return base::InvalidArgument("site_code " + terms.code + " is no GB/T 2260 code");
  return terms;
}

StatusOr<GoldPage> ReadPage(const std::string& line) {
  Json page = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (page.is_discarded()) return base::InvalidArgument("no JSON");
  if (!page.is_object()) return base::InvalidArgument("no object");
  GoldPage gold;
  ASSIGN_OR_RETURN(gold.id, TextOf(page, "id"));
  if (gold.id.empty()) return base::InvalidArgument("no id");
  ASSIGN_OR_RETURN(gold.page_class, TextOf(page, "class"));
  ASSIGN_OR_RETURN(gold.terms, TermsOf(page));
  ASSIGN_OR_RETURN(std::string text, TextOf(page, "text"));
  ASSIGN_OR_RETURN(std::string html, TextOf(page, "html"));
  if (text.empty() == html.empty())
    return base::InvalidArgument(gold.id + ": a page has either text or html");
  gold.body = html.empty() ? std::move(text) : std::move(html);
  const auto findings = page.find("findings");
  if (findings == page.end() || !findings->is_array())
    return base::InvalidArgument(gold.id + ": findings is no list");
  for (const Json& finding : *findings)
    RETURN_IF_ERROR(base::Annotate(CheckFinding(finding), gold.id));
  gold.findings = std::move(*findings);
  return gold;
}

}  // namespace

bool GoldPage::announces() const {
  return std::any_of(findings.begin(), findings.end(), [](const Json& finding) {
    return finding.at("is_announcement").get<bool>();
  });
}

StatusOr<std::vector<GoldPage>> ReadGoldSet(std::istream& in, const std::string& name) {
  std::vector<GoldPage> pages;
  std::set<std::string> ids;
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    const std::string where = name + ", line " + std::to_string(number);
    if (base::TrimAscii(line).empty()) continue;
    if (line.size() > kGoldLineBytesMax) return base::InvalidArgument(where + ": over 32 MiB");
    if (pages.size() >= kGoldPagesMax) return base::InvalidArgument(where + ": too many pages");
    StatusOr<GoldPage> page = ReadPage(line);
    if (!page.ok()) return base::Annotate(page.status(), where);
    if (!ids.insert(page->id).second)
      return base::InvalidArgument(where + ": a second page " + page->id);
    pages.push_back(*std::move(page));
  }
  if (in.bad()) return base::Unavailable(name + ": cannot be read");
  if (pages.empty()) return base::InvalidArgument(name + ": no pages");
  return pages;
}

StatusOr<std::vector<GoldPage>> ReadGoldFile(const std::string& file) {
  if (file == "-") return ReadGoldSet(std::cin, "stdin");
  std::ifstream in(file, std::ios::binary);
  if (!in) return base::NotFound("no file " + file);
  return ReadGoldSet(in, file);
}

}  // namespace signboard::cli
