#include "crawler/extract/main_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "crawler/extract/text_render.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Document;
using parse::Node;

constexpr size_t kContainerCharsMin = 20;   // Less than this is an empty template.
constexpr size_t kContainersMax = 16;       // Rendered and compared; a hostile page has thousands.
constexpr double kDensityScoreMin = 60;
constexpr size_t kParagraphCharsMin = 12;

// Containers of the content systems in use, the surest first. '#' is an id, '.' a class.
constexpr std::array<std::string_view, 24> kContainers = {
    "#js_content",      ".TRS_Editor",      ".trs_editor_view", ".TRS_UEDITOR",
    ".v_news_content",  "#zoom",            ".zfxxgk_zw_content", "#ivs_content",
    "#td_DocContent",   ".td_DocContent",   ".wp_articlecontent", ".bt_content",
    ".article-content", ".article_content", ".articleContent", "#article-content",
    "#articleContent",  ".news_content",    ".detail-content", ".pages_content",
    "#UCAP-CONTENT",    "#vsb_content",     "#Content",        "#mainText"};

constexpr auto IsShorter = [](std::string_view a, std::string_view b) {
  return a.size() < b.size();
};
// Without their marks.
constexpr size_t kNameBytesMin =
    std::min_element(kContainers.begin(), kContainers.end(), IsShorter)->size() - 1;
constexpr size_t kNameBytesMax =
    std::max_element(kContainers.begin(), kContainers.end(), IsShorter)->size() - 1;

// The surest container that an id ('#') or a class ('.') names, in any letter case; kContainers'
// size: none.
size_t RankOfName(char mark, std::string_view name) {
  if (name.size() < kNameBytesMin || name.size() > kNameBytesMax) return kContainers.size();
  for (size_t rank = 0; rank < kContainers.size(); ++rank) {
    const std::string_view wanted = kContainers[rank];
    if (wanted.size() == name.size() + 1 && wanted[0] == mark &&
        base::EqualsIgnoreCaseAscii(wanted.substr(1), name))
      return rank;
  }
  return kContainers.size();
}

// How surely an element is the container: a place in kContainers, or none.
std::optional<size_t> RankOf(Node n) {
  size_t rank = RankOfName('#', base::TrimAscii(n.Attribute("id")));
  const std::string_view classes = n.Attribute("class").substr(0, 512);
  for (size_t at = 0; at < classes.size();) {
    const size_t end = std::min(classes.find(' ', at), classes.size());
    rank = std::min(rank, RankOfName('.', classes.substr(at, end - at)));
    at = end + 1;
  }
  return rank < kContainers.size() ? std::optional(rank) : std::nullopt;
}

std::optional<MainText> KnownContainer(Node body) {
  struct Found {
    size_t rank;
    Node node;
  };
  std::vector<Found> found;
  for (Node n = body; n && found.size() < kContainersMax; n = n.Next(body)) {
    if (n.type() != Node::Type::kElement || IsUnread(n.tag())) continue;
    if (const auto rank = RankOf(n)) found.push_back({*rank, n});
  }
  std::optional<MainText> best;
  size_t best_rank = kContainers.size();
  for (const Found& candidate : found) {
    if (candidate.rank > best_rank) continue;
    std::string text = RenderText(candidate.node);
    if (base::CountCodePoints(text) < kContainerCharsMin) continue;
    if (candidate.rank == best_rank && best && best->text.size() >= text.size()) continue;
    best_rank = candidate.rank;
    best = MainText{std::move(text),
                    std::string(candidate.node.tag()) + std::string(kContainers[best_rank]),
                    candidate.node};
  }
  return best;
}

size_t CountInk(std::string_view text) {
  size_t count = 0;
  for (const char c : text)
    if (static_cast<unsigned char>(c) > 0x20 && (c & 0xC0) != 0x80) ++count;
  return count;
}

// One open element during the walk that weighs text.
struct Frame {
  Node node;
  bool block = false;
  size_t own = 0;        // Characters directly in this block, not in a link.
  size_t total = 0;      // In it and below.
  size_t linked = 0;     // Of those, inside links.
  double score = 0;      // From its paragraphs and its children's.
};

class Weigher {
 public:
  // The element with the best paragraphs; none when nothing is worth it.
  Node Best(Node body) {
    size_t links_open = 0;
    for (Node n = body; n;) {
      const std::string_view tag = n.tag();
      const bool skip = IsUnread(tag) || tag == "nav" || tag == "footer" || tag == "aside";
      if (n.type() == Node::Type::kText) Text(n.text(), links_open > 0);
      const bool enter = n.type() == Node::Type::kElement && !skip && n.first_child();
      if (enter) {
        if (tag == "a") ++links_open;
        frames_.push_back({n, IsBlock(tag) || tag == "td", 0, 0, 0, 0});
        n = n.first_child();
        continue;
      }
      for (; n; n = n.parent()) {
        if (!frames_.empty() && frames_.back().node == n) {
          if (n.tag() == "a") --links_open;
          Leave();
          if (n == body) return best_;
        }
        if (n == body) return best_;
        if (const Node sibling = n.next_sibling()) {
          n = sibling;
          break;
        }
      }
    }
    return best_;
  }
  double best_score() const { return best_score_; }

 private:
  void Text(std::string_view text, bool linked) {
    if (frames_.empty()) return;
    const size_t ink = CountInk(text);
    frames_.back().total += ink;
    if (linked) {
      frames_.back().linked += ink;
    } else {
      frames_.back().own += ink;
    }
  }

  void Leave() {
    Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.block && frame.own >= kParagraphCharsMin) {
      const double weight = static_cast<double>(frame.own);
      frame.score += weight;
      if (!frames_.empty()) frames_.back().score += weight;
      if (frames_.size() > 1) frames_[frames_.size() - 2].score += weight / 2;
    }
    if (!frames_.empty()) {
      Frame& parent = frames_.back();
      parent.total += frame.total;
      parent.linked += frame.linked;
      if (!frame.block) parent.own += frame.own;
    }
    if (!frame.block || frame.total == 0) return;
    const double link_share =
        static_cast<double>(frame.linked) / static_cast<double>(frame.total);
    const double score = frame.score * (1 - link_share);
    if (score > best_score_) {
      best_score_ = score;
      best_ = frame.node;
    }
  }

  std::vector<Frame> frames_;
  Node best_;
  double best_score_ = 0;
};

std::string NameOf(Node n) {
  std::string name(n.tag());
  if (const std::string_view id = n.Attribute("id"); !id.empty() && id.size() <= 64)
    return name + "#" + std::string(id);
  const std::string_view classes = n.Attribute("class");
  const std::string_view first = classes.substr(0, classes.find(' '));
  if (!first.empty() && first.size() <= 64) name += "." + std::string(first);
  return name;
}

}  // namespace

MainText FindMainText(const Document& document) {
  const Node body = document.body();
  if (!body) return {};
  if (auto known = KnownContainer(body)) return *std::move(known);
  Weigher weigher;
  const Node best = weigher.Best(body);
  RenderOptions options;
  options.skip_boilerplate = true;
  if (best && weigher.best_score() >= kDensityScoreMin)
    return {RenderText(best, options), "density:" + NameOf(best), best};
  return {RenderText(body, options), "body", body};
}

}  // namespace signboard::extract
