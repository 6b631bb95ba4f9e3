#include "crawler/parse/records.h"

#include <gumbo.h>

#include <array>
#include <cstring>
#include <optional>

namespace signboard::parse {
namespace {

constexpr size_t kBytesPerNode = 24;  // Of usual pages.
constexpr char kLeadByte = '\xF3';

const GumboVector* ChildrenOf(const GumboNode* node) {
  if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
    return &node->v.element.children;
  if (node->type == GUMBO_NODE_DOCUMENT) return &node->v.document.children;
  return nullptr;
}

std::string_view TagOf(const GumboElement& element) {
  // Names of known tags are asked for once: each time their length would be counted anew.
  static const auto* const kNames = [] {
    auto* names = new std::array<std::string_view, GUMBO_TAG_UNKNOWN>;
    for (size_t i = 0; i < names->size(); ++i)
      (*names)[i] = gumbo_normalized_tagname(static_cast<GumboTag>(i));
    return names;
  }();
  if (element.tag < GUMBO_TAG_UNKNOWN) return (*kNames)[element.tag];
  GumboStringPiece name = element.original_tag;
  if (name.data == nullptr || name.length < 2) return {};
  gumbo_tag_from_original_text(&name);
  return {name.data, name.length};
}

uint32_t NamesOf(const GumboVector& attributes) {
  uint32_t names = 0;
  for (size_t i = 0; i < attributes.length; ++i)
    names |= AttributeBit(static_cast<const GumboAttribute*>(attributes.data[i])->name);
  return names;
}

class Writer {
 public:
  Writer(std::string_view page, const std::vector<Run>& runs, Records* records)
      : page_(page), runs_(runs), records_(records), found_(runs.size()) {
    records->nodes.clear();
    records->nodes.reserve(page.size() / kBytesPerNode);
    records->texts.clear();
    records->values.clear();
    if (runs.empty()) return;
    size_t value_bytes = 0;
    for (const Run& run : runs) value_bytes += run.is_value ? run.bytes + 1 : 0;
    // Never to be moved: every run of text is put back once, every value kept once.
    records->texts.reserve(page.size());
    records->values.reserve(value_bytes);
  }

  // All nodes in document order. Not by recursion: a page decides how deep it is.
  bool Write(GumboNode* document) {
    Enter(document);
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.next < top.children->length) {
        Enter(static_cast<GumboNode*>(top.children->data[top.next++]));
        continue;
      }
      NodeRecord& left = records_->nodes[top.at];
      left.size = static_cast<uint32_t>(records_->nodes.size()) - top.at;
      open_.pop_back();
    }
    return fits_ && found_count_ == runs_.size();
  }

 private:
  struct Open {
    const GumboVector* children;
    unsigned next;
    uint32_t at;
  };
  struct Found {
    bool once = false;
    const char* value = nullptr;
  };

  void Enter(GumboNode* node) {
    const auto at = static_cast<uint32_t>(records_->nodes.size());
    NodeRecord& record = records_->nodes.emplace_back();
    record.raw = node;
    if (!open_.empty()) record.parent = at - open_.back().at;
    switch (node->type) {
      case GUMBO_NODE_DOCUMENT:
        record.type = NodeType::kDocument;
        break;
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE:
        record.type = NodeType::kElement;
        record.words = TagOf(node->v.element);
        record.names = NamesOf(node->v.element.attributes);
        if (!runs_.empty()) PutBackValues(node->v.element.attributes);
        break;
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        record.type = NodeType::kText;
        record.words = PutBackText(node->v.text.text);
        break;
      case GUMBO_NODE_COMMENT:
        record.type = NodeType::kComment;
        record.words = node->v.text.text;
        break;
    }
    if (const GumboVector* children = ChildrenOf(node)) open_.push_back({children, 0, at});
  }

  // The run of the letter at `at`, noted as found; null: there is none of this kind.
  const Run* Find(std::string_view text, size_t at, bool is_value) {
    const size_t index = RunAt(text, at);
    if (index >= runs_.size() || runs_[index].is_value != is_value) return nullptr;
    Found& found = found_[index];
    if (found.once && !is_value) return nullptr;
    found_count_ += found.once ? 0 : 1;
    found.once = true;
    return &runs_[index];
  }

  std::string_view PutBackText(std::string_view text) {
    if (runs_.empty()) return text;
    size_t letter = text.find(kLeadByte);
    if (letter == std::string_view::npos) return text;
    std::string& texts = records_->texts;
    const size_t from = texts.size();
    for (size_t at = 0; letter != std::string_view::npos; letter = text.find(kLeadByte, at)) {
      const Run* const run = Find(text, letter, false);
      if (run == nullptr) {
        fits_ = false;
        return text;
      }
      const std::string_view words = page_.substr(run->from, run->bytes);
      if (text.size() == kLetterBytes) return words;
      // References that are longer than they are written could make it so.
      if (texts.size() + words.size() + text.size() > texts.capacity()) {
        fits_ = false;
        return text;
      }
      texts.append(text, at, letter - at);
      texts.append(words);
      at = letter + kLetterBytes;
      if (text.find(kLeadByte, at) == std::string_view::npos) texts.append(text, at);
    }
    return std::string_view(texts).substr(from);
  }

  void PutBackValues(const GumboVector& attributes) {
    for (size_t i = 0; i < attributes.length; ++i) {
      auto* const attribute = static_cast<GumboAttribute*>(attributes.data[i]);
      if (attribute->value[0] != kLeadByte) continue;
      const std::string_view letter = attribute->value;
      const Run* const run = letter.size() == kLetterBytes ? Find(letter, 0, true) : nullptr;
      if (run == nullptr) {
        fits_ = false;
        continue;
      }
      Found& found = found_[static_cast<size_t>(run - runs_.data())];
      if (found.value == nullptr) {
        std::string& values = records_->values;
        found.value = values.data() + values.size();
        values.append(page_.substr(run->from, run->bytes));
        values.push_back('\0');
      }
      attribute->value = found.value;
    }
  }

  const std::string_view page_;
  const std::vector<Run>& runs_;
  Records* const records_;
  std::vector<Found> found_;
  std::vector<Open> open_;
  size_t found_count_ = 0;
  bool fits_ = true;
};

}  // namespace

bool WriteRecords(GumboInternalNode* document, std::string_view page, const std::vector<Run>& runs,
                  Records* records) {
  return Writer(page, runs, records).Write(document);
}

}  // namespace signboard::parse
