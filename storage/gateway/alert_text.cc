#include "storage/gateway/alert_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "proto/base/text.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr size_t kSourcesShown = 3;
constexpr size_t kSubjectPoints = 60;

struct Line {
  std::string label;
  std::string value;
  std::string link = {};  // Of the value; only http and https.
};
struct Item {
  std::string kind;
  std::string title;
  std::vector<Line> lines = {};
};

// Empty where it is none.
const Json& At(const Json& json, std::string_view key) {
  static const Json* const kNothing = new Json();
  const std::string name(key);
  return json.is_object() && json.contains(name) ? json[name] : *kNothing;
}
std::string TextAt(const Json& json, std::string_view key) {
  const Json& value = At(json, key);
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.dump() : "";
}

class Writer {
 public:
  explicit Writer(const AlertTextOptions& options)
      : language_(options.language), base_(options.public_url) {}

  bool zh() const { return language_ == Language::kZh; }
  std::string Of(const char* zh_word, const char* en_word) const {
    return zh() ? zh_word : en_word;
  }
  std::string Colon() const { return Of("：", ": "); }

  // Everything that a message tells of, its groups opened.
  void Collect(const Json& message, std::vector<Item>* items, size_t* count, int depth = 0) const {
    const std::string type = TextAt(message, "type");
    const Json& data = At(message, "data");
    const Json& inner = At(data, "messages");
    if (inner.is_array() && depth < 3) {
      for (const Json& one : inner) Collect(one, items, count, depth + 1);
      const Json& told = At(data, "count");
      if (told.is_number_unsigned() && told.get<size_t>() > inner.size())
        *count += told.get<size_t>() - inner.size();
      return;
    }
    ++*count;
    if (items->size() < kAlertItemsShown) items->push_back(MakeItem(type, data, message));
  }

 private:
  void Add(Item* item, std::string label, const std::string& value, std::string link = {}) const {
    if (value.empty()) return;
    if (!ParseWebUrl(link).ok()) link.clear();
    item->lines.push_back({std::move(label), Shown(value, 300), std::move(link)});
  }
  // `path` of our own gateway.
  void AddOwn(Item* item, std::string label, const std::string& path) const {
    if (!base_.empty() && path.starts_with('/'))
      Add(item, std::move(label), base_ + path, base_ + path);
  }
  static std::string TimeAt(const Json& json, std::string_view key) {
    std::string time = TextAt(json, key);
    const auto instant = base::ParseRfc3339(time);
    return instant.ok() ? ShownTime(ToMillis(*instant)) : time;
  }

  Item MakeItem(const std::string& type, const Json& data, const Json& message) const {
    Item item{AlertLabel(type, language_), ""};
    if (type.starts_with("announcement.")) {
      FillAnnouncement(At(data, "announcement"), &item);
    } else if (type.starts_with("page.")) {
      FillPage(data, &item);
    } else if (type.starts_with("site.")) {
      FillSite(data, &item);
    } else {
      item.title = TextAt(data, "subscription");
      Add(&item, Of("错误", "Error"), TextAt(data, "error"));
    }
    Add(&item, Of("时间", "Told"), TimeAt(message, "timestamp"));
    if (item.title.empty()) item.title = item.kind;
    return item;
  }

  void FillAnnouncement(const Json& a, Item* item) const {
    const Json& centre = At(a, "centre");
    const Json& place = At(a, "place");
    item->title = TextAt(centre, "name_zh");
    if (item->title.empty()) item->title = TextAt(centre, "name_en");
    if (item->title.empty()) item->title = TextAt(place, "name_zh");
    const auto label = [this](std::string_view field) { return FieldLabel(field, language_); };
    if (At(a, "simulated") == Json(true)) Add(item, Of("注意", "Note"), Of("模拟", "simulated"));
    Add(item, label("event"), EventLabel(TextAt(a, "event"), language_));
    Add(item, label("event_date"), TextAt(At(a, "event_date"), "date"));
    Add(item, label("place"), TextAt(place, "name_zh"));
    const std::string level = TextAt(place, "level");
    if (!level.empty()) Add(item, label("level"), LevelLabel(level, language_));
    Add(item, label("lead_organ"), TextAt(a, "lead_organ"));
    Add(item, label("operator"), TextAt(a, "operator"));
    const Json& sources = At(a, "sources");
    for (size_t i = 0; sources.is_array() && i < std::min(sources.size(), kSourcesShown); ++i) {
      const std::string url = TextAt(sources[i], "url");
      Add(item, Of("来源", "Source"), TextAt(sources[i], "title"));
      Add(item, Of("网址", "URL"), url, url);
    }
    AddOwn(item, Of("档案", "Dossier"), TextAt(At(a, "links"), "page"));
  }

  void FillPage(const Json& data, Item* item) const {
    item->title = TextAt(data, "title");
    const std::string url = TextAt(data, "url");
    if (item->title.empty()) item->title = url;
    Add(item, Of("网址", "URL"), url, url);
    Add(item, Of("抓取", "Captured"), TimeAt(data, "captured"));
    Add(item, Of("此前", "Before"), TimeAt(data, "previous"));
    AddOwn(item, Of("存档", "Kept version"), TextAt(data, "replay"));
  }

  void FillSite(const Json& data, Item* item) const {
    const std::string url = TextAt(data, "url");
    item->title = TextAt(data, "place_zh");
    item->title += (item->title.empty() ? "" : " ") + url;
    Add(item, Of("网址", "URL"), url, url);
    Add(item, Of("状态", "State"), TextAt(data, "state"));
    Add(item, Of("最近变化", "Last change"), TimeAt(data, "changed"));
    const Json& seen = At(data, "seen");
    for (size_t i = 0; seen.is_array() && i < std::min(seen.size(), kSourcesShown); ++i)
      Add(item, Of("观察点", "Vantage"), TextAt(seen[i], "vantage") + " " +
          TextAt(seen[i], "outcome") + " " + TimeAt(seen[i], "at"));
  }

  const Language language_;
  const std::string base_;
};

std::string Subject(const Writer& writer, const std::vector<Item>& items, size_t count) {
  if (items.empty()) return "Signboard";
  const std::string first(base::TruncateUtf8(items.front().title, kSubjectPoints));
  const std::string head = "[Signboard] ";
  if (count == 1) return head + items.front().kind + writer.Colon() + first;
  const std::string number = ShownCount(count);
  return writer.zh() ? head + number + " 条：" + first + " 等"
                     : head + number + " messages: " + first + " and others";
}

std::string Foot(const Writer& writer, const std::string& subscription) {
  return writer.Of("本邮件由 Signboard 自动发送。退订：回复并注明 ",
                   "Sent by Signboard. To end it, answer and name ") +
         subscription;
}

std::string More(const Writer& writer, size_t left) {
  if (left == 0) return "";
  return writer.zh() ? "另有 " + ShownCount(left) + " 条" : ShownCount(left) + " more";
}

}  // namespace

AlertText RenderAlert(const std::string& payload, const std::string& subscription,
                      const AlertTextOptions& options) {
  const Writer writer(options);
  std::vector<Item> items;
  size_t count = 0;
  writer.Collect(Json::parse(payload, nullptr, false), &items, &count);
  AlertText made;
  made.subject = Subject(writer, items, count);
  const std::string more = More(writer, count - items.size());
  const std::string foot = Foot(writer, subscription);
  PageData rows(PageData::type::list);
  for (const Item& item : items) {
    made.text += item.kind + writer.Colon() + Shown(item.title) + "\n";
    PageData lines(PageData::type::list);
    for (const Line& line : item.lines) {
      made.text += "  " + line.label + writer.Colon() + line.value + "\n";
      PageData row;
      row.set("label", line.label);
      row.set("value", line.value);
      row.set("link", line.link.empty() ? PageData(false) : PageData(line.link));
      lines << row;
    }
    made.text += "\n";
    PageData row;
    row.set("kind", item.kind);
    row.set("title", Shown(item.title));
    row.set("lines", lines);
    rows << row;
  }
  if (!more.empty()) made.text += more + "\n\n";
  made.text += "-- \n" + foot + "\n";
  PageData page;
  page.set("lang", writer.zh() ? "zh" : "en");
  page.set("title", made.subject);
  page.set("items", rows);
  page.set("more", more.empty() ? PageData(false) : PageData(more));
  page.set("foot", foot);
  kainjow::mustache::mustache html{std::string(FindPageFile("mail.html"))};
  made.html = html.render(page);
  return made;
}

}  // namespace signboard::gateway
