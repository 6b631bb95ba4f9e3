#include "deploy/signboard/bench_versions.h"

#include <algorithm>
#include <random>

#include "proto/base/time.h"

namespace signboard::cli {
namespace {

constexpr size_t kHubsOfSite = 4;
constexpr size_t kArticlesOfSite = 8;
constexpr int64_t kFirstDayMs = 1'730'764'800'000;  // 2024-11-05
constexpr int64_t kDayMs = 86'400'000;
constexpr size_t kMenuLines = 55;
constexpr size_t kParagraphs = 10;
constexpr size_t kSentencesOfParagraph = 3;
constexpr size_t kItemsBeside = 10;
constexpr size_t kItemsOfHub = 50;
constexpr size_t kListsOfHome = 12;
constexpr size_t kItemsOfList = 9;
constexpr size_t kSlides = 5;
constexpr size_t kLinksOfHome = 120;

size_t SiteOf(PageKind kind, size_t number) {
  switch (kind) {
    case PageKind::kArticle: return number / kArticlesOfSite;
    case PageKind::kHub: return number / kHubsOfSite;
    case PageKind::kHome: return number;
  }
  return 0;
}

std::string Day(size_t version) {
  return base::FormatRfc3339(FromMillis(kFirstDayMs + static_cast<int64_t>(version) * kDayMs))
      .substr(0, 10);
}

struct Item {
  std::string title;
  std::string day;
  size_t id = 0;
};

// A page before it is written down.
struct Draft {
  std::string top, middle, bottom;  // The sample page, cut open where things are added.
  std::string menu;
  std::vector<std::string> paragraphs;
  std::vector<std::vector<Item>> lists;  // The first is the one beside the text.
  std::vector<Item> slides;
  std::vector<Item> links;
  std::string footer;
  std::string day;
  size_t views = 0;
};

// Numbers that are the same everywhere: the library's distributions are not.
class Dice {
 public:
  explicit Dice(size_t seed) : random_(seed) {}
  size_t Below(size_t count) { return static_cast<size_t>(random_() % count); }
  bool OneIn(size_t count) { return Below(count) == 0; }
  template <class T>
  T& Any(std::vector<T>& from) {
    return from[Below(from.size())];
  }
  template <class T>
  const T& Any(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

 private:
  std::mt19937_64 random_;
};

void AppendItem(const Item& item, std::string* html) {
  const std::string path = "/xwzx/" + item.day.substr(0, 4) + item.day.substr(5, 2) + "/t" +
                           item.day.substr(0, 4) + item.day.substr(5, 2) + item.day.substr(8) +
                           "_" + std::to_string(5'000'000 + item.id) + ".html";
  *html += "<li class=\"item\"><span class=\"date\">" + item.day + "</span><a href=\"" + path +
           "\" target=\"_blank\" title=\"" + item.title + "\">" + item.title + "</a></li>\n";
}

std::string Write(const Draft& draft) {
  std::string html = draft.top + "<div class=\"today\">今天是 " + draft.day + "　欢迎访问</div>\n" +
                     draft.menu;
  if (!draft.slides.empty()) html += "<div class=\"swiper\"><div class=\"swiper-wrapper\">\n";
  for (const Item& slide : draft.slides) {
    const std::string id = std::to_string(slide.id);
    html += "<div class=\"swiper-slide\"><a href=\"/ztzl/" + id + "/\"><img src=\"/images/banner/" +
            id + ".jpg\" width=\"980\" height=\"360\" alt=\"" + slide.title + "\"></a><p>" +
            slide.title + "</p></div>\n";
  }
  if (!draft.slides.empty()) html += "</div></div>\n";
  html += draft.middle;
  for (const std::string& paragraph : draft.paragraphs) html += paragraph;
  for (size_t i = 0; i < draft.lists.size(); ++i) {
    html += "<div class=\"list list-" + std::to_string(i) + "\"><ul>\n";
    for (const Item& item : draft.lists[i]) AppendItem(item, &html);
    html += "</ul></div>\n";
  }
  if (!draft.links.empty()) html += "<div class=\"friend-links\">\n";
  for (const Item& link : draft.links) {
    html += "<a href=\"http://www.bumen" + std::to_string(link.id) +
            ".example/\" target=\"_blank\">" + link.title + "</a>\n";
  }
  if (!draft.links.empty()) html += "</div>\n";
  return html + "<div class=\"views\">浏览次数：" + std::to_string(draft.views) + "</div>\n" +
         "<div class=\"copyright\">" + draft.footer + "</div>\n" + draft.bottom;
}

// Makes and edits one page.
class Editor {
 public:
  Editor(const BenchPages& pages, PageKind kind, size_t number)
      : pages_(pages),
        kind_(kind),
        number_(number),
        site_(SiteOf(kind, number)),
        dice_(number * 3 + static_cast<size_t>(kind) + 1) {}

  Draft Make() {
    Draft draft;
    Cut(&draft);
    draft.menu = Menu();
    draft.day = Day(0);
    draft.views = dice_.Below(90'000);
    draft.footer = Footer();
    AddList(kItemsBeside, &draft);
    if (kind_ == PageKind::kArticle) {
      for (size_t i = 0; i < kParagraphs; ++i) draft.paragraphs.push_back(Paragraph());
    } else if (kind_ == PageKind::kHub) {
      AddList(kItemsOfHub, &draft);
    } else {
      for (size_t i = 0; i < kListsOfHome; ++i) AddList(kItemsOfList, &draft);
      for (size_t i = 0; i < kSlides; ++i) draft.slides.push_back(NewItem());
      for (size_t i = 0; i < kLinksOfHome; ++i) draft.links.push_back(NewItem());
    }
    return draft;
  }

  void Edit(size_t version, Draft* draft) {
    version_ = version;
    draft->day = Day(version);
    draft->views += 1 + dice_.Below(40);
    if (dice_.OneIn(15)) draft->footer = Footer();
    if (dice_.OneIn(2)) Renew(1, &draft->lists[0]);
    switch (kind_) {
      case PageKind::kArticle: EditArticle(draft); break;
      case PageKind::kHub: EditHub(draft); break;
      case PageKind::kHome: EditHome(draft); break;
    }
  }

 private:
  void EditArticle(Draft* draft) {
    if (dice_.OneIn(3)) dice_.Any(draft->paragraphs) = Paragraph(1);
    if (dice_.OneIn(6)) {
      const auto at = draft->paragraphs.begin() +
                      static_cast<std::ptrdiff_t>(dice_.Below(draft->paragraphs.size()));
      draft->paragraphs.insert(at, Image());
    }
  }

  void EditHub(Draft* draft) {
    std::vector<Item>& items = draft->lists.back();
    Renew(1 + dice_.Below(3), &items);
    if (dice_.OneIn(8)) dice_.Any(items).title = dice_.Any(pages_.titles());
  }

  void EditHome(Draft* draft) {
    for (size_t i = 1; i < draft->lists.size(); ++i)
      if (dice_.OneIn(3)) Renew(1 + dice_.Below(2), &draft->lists[i]);
    std::rotate(draft->slides.begin(), draft->slides.begin() + 1, draft->slides.end());
    if (dice_.OneIn(3)) draft->slides.back() = NewItem();
    if (dice_.OneIn(6)) draft->links.push_back(NewItem());
  }

  // The sample page, up to the body's beginning, up to where its text ends, up to the body's end.
  void Cut(Draft* draft) {
    std::string html;
    switch (kind_) {
      // A number by which the page is sent in UTF-8 and without a content coding.
      case PageKind::kArticle: html = pages_.Sample(6 * number_ + 1, false).wire; break;
      case PageKind::kHub: html = pages_.hubs()[site_ % pages_.hubs().size()]; break;
      case PageKind::kHome: html = pages_.homes()[site_ % pages_.homes().size()]; break;
    }
    const size_t body = html.find("<body");
    const size_t from = body == std::string::npos ? 0 : html.find('>', body) + 1;
    const size_t end = html.rfind("</body>");
    size_t middle = std::max(html.rfind("</p>"), html.rfind("</ul>"));
    middle = middle == std::string::npos || middle < from ? end : html.find('>', middle) + 1;
    draft->top = html.substr(0, from) + "\n";
    draft->middle = html.substr(from, middle - from) + "\n";
    draft->bottom = html.substr(middle);
  }

  // What all pages of a site have.
  std::string Menu() const {
    Dice dice(site_ + 1'000'003);
    std::string menu = "<div class=\"nav\"><ul>\n";
    for (size_t i = 0; i < kMenuLines; ++i) {
      const std::string id = std::to_string(dice.Below(100'000));
      menu += "<li id=\"nav-" + id + "\" class=\"nav-item\"><a href=\"/col/col" + id +
              "/index.html\">" + dice.Any(pages_.titles()) + "</a></li>\n";
    }
    menu += "</ul></div>\n<script type=\"text/javascript\">\n  var columns = [];\n";
    for (size_t i = 0; i < kMenuLines / 2; ++i) {
      const std::string id = std::to_string(dice.Below(100'000));
      menu += "  columns.push({id: " + id + ", url: '/col/col" + id +
              "/index.html', open: function () { return show(" + id + ", true); }});\n";
    }
    return menu + "</script>\n";
  }

  std::string Footer() {
    return "版权所有　技术支持电话：0795-" + std::to_string(3'000'000 + dice_.Below(900'000)) +
           "　备案号：赣ICP备" + std::to_string(10'000'000 + dice_.Below(9'000'000)) + "号";
  }

  std::string Paragraph(size_t sentences = kSentencesOfParagraph) {
    std::string text = "<p style=\"text-indent:2em;line-height:1.75\">　　";
    for (size_t i = 0; i < sentences; ++i) text += dice_.Any(pages_.sentences());
    return text + "</p>\n";
  }

  std::string Image() {
    const std::string id = std::to_string(1'000'000 + dice_.Below(9'000'000));
    return "<p style=\"text-align:center\"><img src=\"/upload/" + id + ".jpg\" alt=\"" +
           dice_.Any(pages_.titles()) + "\"></p>\n";
  }

  Item NewItem() {
    return {dice_.Any(pages_.titles()) + "（" + std::to_string(dice_.Below(10'000)) + "）",
            Day(version_), dice_.Below(900'000)};
  }
  void AddList(size_t items, Draft* draft) {
    std::vector<Item>& list = draft->lists.emplace_back();
    for (size_t i = 0; i < items; ++i) list.push_back(NewItem());
  }
  void Renew(size_t count, std::vector<Item>* items) {
    for (size_t i = 0; i < count; ++i) {
      items->insert(items->begin(), NewItem());
      items->pop_back();
    }
  }

  const BenchPages& pages_;
  const PageKind kind_;
  const size_t number_;
  const size_t site_;
  size_t version_ = 0;
  Dice dice_;
};

}  // namespace

const char* NameOf(PageKind kind) {
  switch (kind) {
    case PageKind::kArticle: return "article";
    case PageKind::kHub: return "hub";
    case PageKind::kHome: return "home";
  }
  return "";
}

StatusOr<BenchVersions> BenchVersions::Open(const std::string& sites) {
  ASSIGN_OR_RETURN(BenchPages pages, BenchPages::Open(sites));
  if (pages.hubs().empty() || pages.homes().empty())
    return base::NotFound("no lists and no home pages below " + sites + " to make pages of");
  return BenchVersions(std::move(pages));
}

std::vector<std::string> BenchVersions::Make(PageKind kind, size_t number, size_t count) const {
  Editor editor(pages_, kind, number);
  Draft draft = editor.Make();
  std::vector<std::string> versions;
  for (size_t version = 0; version < count; ++version) {
    if (version > 0) editor.Edit(version, &draft);
    versions.push_back(Write(draft));
  }
  return versions;
}

std::string BenchVersions::UrlOf(PageKind kind, size_t number) {
  const std::string host = "http://www.county" + std::to_string(SiteOf(kind, number)) + ".example";
  switch (kind) {
    case PageKind::kArticle:
      return host + "/xwzx/202411/t20241105_" + std::to_string(5'000'000 + number) + ".html";
    case PageKind::kHub: return host + "/col/col" + std::to_string(1'000 + number) + "/index.html";
    case PageKind::kHome: return host + "/";
  }
  return host;
}

}  // namespace signboard::cli
