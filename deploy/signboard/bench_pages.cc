#include "deploy/signboard/bench_pages.h"

#include <iconv.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <utility>

#include "crawler/decode/charset.h"
#include "crawler/extract/extract.h"
#include "crawler/extract/names.h"
#include "proto/base/url.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kGzipEvery = 2;
constexpr size_t kGbEvery = 3;
constexpr size_t kAnnouncingEvery = 10;
// An article has no more text than that, however large its page is.
constexpr size_t kTextBytesMax = 24'000;
// Of what is added: how much are paragraphs, and how much scripts. The rest are links.
constexpr double kTextShare = 0.45;
constexpr double kScriptShare = 0.2;
constexpr size_t kSentencesOfParagraph = 3;
constexpr size_t kSentenceBytesMin = 24;
constexpr size_t kSentenceBytesMax = 600;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Sentences with their full stops.
std::vector<std::string> Sentences(std::string_view text) {
  constexpr std::string_view kStop = "。";
  std::vector<std::string> found;
  for (size_t from = 0; from < text.size();) {
    size_t end = text.find(kStop, from);
    end = end == std::string_view::npos ? text.size() : end + kStop.size();
    const size_t line = text.find('\n', from);
    if (line < end) end = line + 1;
    std::string_view sentence = text.substr(from, end - from);
    if (sentence.ends_with('\n')) sentence.remove_suffix(1);
    if (sentence.size() >= kSentenceBytesMin && sentence.size() <= kSentenceBytesMax)
      found.emplace_back(sentence);
    from = end;
  }
  return found;
}

// How long UTF-8 is in the page's own encoding, about.
size_t BytesIn(std::string_view utf8, bool gb) {
  if (!gb) return utf8.size();
  size_t bytes = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) bytes += 1;
    if (byte >= 0xC0) bytes += 2;
  }
  return bytes;
}

std::string ToGb18030(std::string utf8) {
  std::string gb(utf8.size() * 2, '\0');
  const iconv_t converter = iconv_open("GB18030", "UTF-8");
  char* in = utf8.data();
  char* out = gb.data();
  size_t in_left = utf8.size();
  size_t out_left = gb.size();
  iconv(converter, &in, &in_left, &out, &out_left);  // Every code point has a place there.
  iconv_close(converter);
  gb.resize(gb.size() - out_left);
  return gb;
}

std::string Padded(size_t number, size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

std::string Gzip(std::string bytes, int level) {
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// Writes what is added to a template.
class BenchPages::Writer {
 public:
  Writer(const std::vector<std::string>& sentences, const std::vector<std::string>& titles,
         size_t seed)
      : sentences_(sentences), titles_(titles), random_(seed) {}

  std::string Paragraph() {
    std::string text = "<p style=\"text-indent:2em;line-height:1.75\">　　";
    for (size_t i = 0; i < kSentencesOfParagraph; ++i) text += Any(sentences_);
    return text + "</p>\n";
  }

  std::string Link() {
    const std::string month = Padded(1 + Number(12), 2);
    const std::string day = Padded(1 + Number(28), 2);
    const std::string title = Any(titles_) + "（" + std::to_string(Number(10'000)) + "）";
    return "<li class=\"item\"><span class=\"date\">2025-" + month + "-" + day +
           "</span><a href=\"/xwzx/2025" + month + "/t2025" + month + day + "_" +
           Padded(Number(10'000'000), 7) + ".html\" target=\"_blank\" title=\"" + title + "\">" +
           title + "</a></li>\n";
  }

  std::string ScriptLine() {
    const std::string id = std::to_string(Number(100'000));
    return "  menu.push({id: " + id + ", url: '/col/col" + id + "/index.html', name: '" +
           Any(titles_) + "', open: function () { return show(" + id + ", true); }});\n";
  }

 private:
  size_t Number(size_t below) { return static_cast<size_t>(random_() % below); }
  const std::string& Any(const std::vector<std::string>& from) {
    return from[Number(from.size())];
  }

  const std::vector<std::string>& sentences_;
  const std::vector<std::string>& titles_;
  std::mt19937_64 random_;
};

StatusOr<BenchPages> BenchPages::Open(const std::string& sites) {
  std::set<std::string> files;  // In an order that does not depend on the file system.
  std::error_code error;
  for (fs::recursive_directory_iterator at(sites, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file() && at->path().filename().string().find("htm") != std::string::npos)
      files.insert(at->path().string());
  }
  BenchPages pages;
  for (const std::string& file : files) pages.Learn(file);
  for (const bool announces : {false, true}) {
    if (pages.templates_[announces].empty() || pages.sentences_[announces].empty() ||
        pages.titles_.empty()) {
      return base::NotFound("no articles below " + sites + " to make pages of");
    }
  }
  return pages;
}

// An article becomes a template, and its words those of other pages.
void BenchPages::Learn(const std::string& file) {
  const auto url = Url::Parse("http://www.site.example/page.html");
  const extract::PageRead read = extract::ExtractFromBody(ReadFile(file), "", *url);
  if (read.kind != decode::BodyKind::kHtml) return;
  const std::string& html = read.text.utf8;
  if (read.extracted.is_hub) return LearnHub(file, html);
  const size_t label = html.find("charset=");
  const size_t paragraph = html.rfind("</p>");
  const size_t body = html.rfind("</body>");
  if (label == std::string::npos || paragraph == std::string::npos || body == std::string::npos ||
      label > paragraph || paragraph > body) {
    return;
  }
  size_t label_from = label + std::string_view("charset=").size();
  if (html[label_from] == '"') ++label_from;
  const size_t label_to = html.find_first_of("\" />;", label_from);
  if (label_to > paragraph) return;
  Template made;
  made.head = html.substr(0, label_from);
  made.middle = html.substr(label_to, paragraph + 4 - label_to);
  made.tail = html.substr(paragraph + 4, body - paragraph - 4);
  made.end = html.substr(body);
  const std::string& title = read.extracted.facts.title;
  using extract::MayHoldName;
  for (std::string& sentence : Sentences(read.extracted.main_text))
    sentences_[MayHoldName(sentence)].push_back(std::move(sentence));
  if (!title.empty() && !MayHoldName(title)) titles_.push_back(title);
  const bool announces = MayHoldName(read.extracted.main_text) || MayHoldName(title);
  templates_[announces].push_back(std::move(made));
}

// Of the page as it is now, not of its earlier editions.
void BenchPages::LearnHub(const std::string& file, const std::string& html) {
  const bool utf8 = html.find("charset=\"utf-8\"") != std::string::npos ||
                    html.find("charset=utf-8") != std::string::npos;
  if (!utf8 || file.find('@') != std::string::npos || html.rfind("</body>") == std::string::npos)
    return;
  const fs::path path(file);
  const bool home = path.stem() == "index" && fs::exists(path.parent_path() / "site.json");
  (home ? homes_ : hubs_).push_back(html);
}

bool BenchPages::Announces(size_t number) {
  return number % kAnnouncingEvery == kAnnouncingEvery - 1;
}

BenchPage BenchPages::Send(std::string html, size_t number) {
  BenchPage page;
  if (number % kGbEvery == 0) {
    html = ToGb18030(std::move(html));
  } else {
    page.charset = "utf-8";
  }
  page.gzipped = number % kGzipEvery == 0;
  page.wire = page.gzipped ? Gzip(std::move(html), number % (2 * kGzipEvery) == 0 ? 6 : 1)
                           : std::move(html);
  return page;
}

BenchPage BenchPages::Sample(size_t number, bool announces) const {
  const Template& from = templates_[announces][number % templates_[announces].size()];
  const char* label = number % kGbEvery == 0 ? "gb2312" : "utf-8";
  return Send(from.head + label + from.middle + from.tail + from.end, number);
}

BenchPage BenchPages::Make(size_t number, size_t bytes, bool announces) const {
  const bool gb = number % kGbEvery == 0;
  const auto& templates = templates_[announces];
  const Template& from = templates[number % templates.size()];
  Writer writer(sentences_[0], titles_, number * 1'000'003 + bytes);
  Writer announcing(sentences_[1], titles_, number);

  std::string start = from.head + (gb ? "gb2312" : "utf-8") + from.middle;
  if (announces) start += announcing.Paragraph();
  const size_t own = BytesIn(start + from.tail + from.end, gb);
  const double more = bytes > own ? static_cast<double>(bytes - own) : 0;
  const auto fill = [&](double share, size_t most, auto piece) {
    std::string text;
    const size_t wanted = std::min(most, static_cast<size_t>(more * share));
    for (size_t have = 0; have < wanted;) {
      const std::string next = piece();
      have += BytesIn(next, gb);
      text += next;
    }
    return text;
  };
  const std::string text = fill(kTextShare, kTextBytesMax, [&] { return writer.Paragraph(); });
  const std::string script = fill(kScriptShare, bytes, [&] { return writer.ScriptLine(); });
  const double left = 1 - static_cast<double>(BytesIn(text + script, gb)) / std::max(more, 1.0);
  const std::string links = fill(left, bytes, [&] { return writer.Link(); });

  std::string html = start + text + from.tail + "<!-- " + std::to_string(number) + " -->\n" +
                     "<script type=\"text/javascript\">\n  var menu = [];\n" + script +
                     "</script>\n<div class=\"related\"><ul>\n" + links + "</ul></div>\n" +
                     from.end;
  return Send(std::move(html), number);
}

}  // namespace signboard::cli
