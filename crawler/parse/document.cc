#include "crawler/parse/document.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <utility>
#include <vector>

#include "crawler/parse/arena.h"
#include "crawler/parse/prescan.h"
#include "crawler/parse/records.h"
#include "crawler/parse/shortening.h"
#include "proto/base/text.h"

namespace signboard::parse {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// Each attempt reads this part of the page: a half is often enough, formatting copied without end
// needs very little.
constexpr std::array<size_t, 5> kParts = {1, 2, 8, 64, 512};

void* AllocateIn(void* arena, size_t bytes) { return static_cast<Arena*>(arena)->Allocate(bytes); }
void FreeIn(void* arena, void* block) { static_cast<Arena*>(arena)->Free(block); }

// Null when the arena left the parser. Holds nothing with a destructor: longjmp lands here.
GumboOutput* RunGumbo(Arena* arena, const char* text, size_t bytes) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = AllocateIn;
  options.deallocator = FreeIn;
  options.userdata = arena;
  options.max_errors = 0;  // The default keeps a copy of the stack for every error.
  if (setjmp(arena->landing()) != 0) return nullptr;
  return gumbo_parse_with_options(&options, text, bytes);
}

bool IsElement(const GumboNode* node) {
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

bool IsCalled(const char* name, std::string_view wanted) {
  // Nearly all names differ in their first letter.
  return !wanted.empty() && (name[0] | 0x20) == (wanted[0] | 0x20) &&
         base::EqualsIgnoreCaseAscii(name, wanted);
}

const GumboAttribute* FindAttribute(const NodeRecord* record, std::string_view name) {
  if (record == nullptr || (record->names & AttributeBit(name)) == 0) return nullptr;
  const GumboVector& attributes = record->raw->v.element.attributes;
  for (size_t i = 0; i < attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(attributes.data[i]);
    if (IsCalled(attribute->name, name)) return attribute;
  }
  return nullptr;
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

// The largest size up to `bytes` that does not cut a UTF-8 sequence.
size_t CutAt(std::string_view text, size_t bytes) {
  if (bytes >= text.size()) return text.size();
  while (bytes > 0 && (text[bytes] & 0xC0) == 0x80) --bytes;
  return bytes;
}

void Say(std::string_view what, std::string* why) {
  if (!why->empty()) *why += "; ";
  *why += what;
}

}  // namespace

struct Document::Tree {
  std::string source;
  std::string why;
  std::unique_ptr<Arena> arena;
  const GumboOutput* output = nullptr;  // In the arena.
  std::vector<Run> runs;                // What gumbo did not see of the source; letters stand
  std::string shortened;                // for it in this. Both empty: it saw the source.
  Records records;

  // False: the arena ended the parse, or letters came to lie where they cannot be read.
  bool Parse(std::string_view text, const ParseLimits& limits, SteadyTime deadline) {
    arena = std::make_unique<Arena>(limits.memory_bytes_max, deadline);
    output = RunGumbo(arena.get(), text.data(), text.size());
    if (output != nullptr && WriteRecords(output->document, source, runs, &records)) return true;
    output = nullptr;
    return false;
  }
  bool ParseShortened(std::vector<Run> found, const ParseLimits& limits, SteadyTime deadline) {
    if (!limits.shortens || found.empty() || !MayShorten(source)) return false;
    runs = std::move(found);
    shortened = Shorten(source, &runs);
    if (Parse(shortened, limits, deadline)) return true;
    runs.clear();
    shortened.clear();
    return false;
  }
};

StatusOr<Document> Document::Parse(std::string utf8, const ParseLimits& limits) {
  if (limits.depth_max < 8 || limits.bytes_max == 0 || limits.memory_bytes_max == 0)
    return base::InvalidArgument("parse limits: depth below 8, or no bytes or memory at all");
  auto tree = std::make_unique<Tree>();
  tree->source = std::move(utf8);
  if (tree->source.size() > limits.bytes_max) {
    tree->source.resize(CutAt(tree->source, limits.bytes_max));
    Say("page longer than " + std::to_string(limits.bytes_max) + " bytes", &tree->why);
  }
  const SteadyTime start = std::chrono::steady_clock::now();
  Runs runs;
  const PrescanResult scan =
      BlankExcess(tree->source, limits.depth_max, limits.attributes_max, &runs);
  if (scan.tags_blanked != 0) {
    Say(std::to_string(scan.tags_blanked) + " tags nested deeper than " +
            std::to_string(limits.depth_max),
        &tree->why);
  }
  if (scan.attributes_blanked != 0) {
    Say(std::to_string(scan.attributes_blanked) + " attributes beyond " +
            std::to_string(limits.attributes_max) + " of one tag",
        &tree->why);
  }
  auto spent = limits.time_max / 2;  // Half for the whole page, the rest for parts of it.
  if (tree->ParseShortened(runs.Take(), limits, start + spent)) return Document(std::move(tree));
  for (const size_t part : kParts) {
    const size_t bytes = CutAt(tree->source, tree->source.size() / part);
    const std::string_view text = std::string_view(tree->source).substr(0, bytes);
    if (tree->Parse(text, limits, start + spent)) break;
    Say((tree->arena->end() == Arena::End::kTime ? "too long to parse "
                                                 : "too much memory to parse ") +
            std::to_string(bytes) + " bytes",
        &tree->why);
    spent += limits.time_max / 8;
  }
  if (tree->output == nullptr) tree->arena.reset();
  return Document(std::move(tree));
}

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Node Document::root() const {
  return Node(tree_->output == nullptr ? nullptr : tree_->records.nodes.data());
}

Node Document::html() const {
  for (Node n = root().first_child(); n; n = n.next_sibling())
    if (n.record_->raw == tree_->output->root) return n;
  return {};
}

Node Document::ChildOfHtml(std::string_view tag, std::string_view other_tag) const {
  for (Node n = html().first_child(); n; n = n.next_sibling())
    if (n.tag() == tag || n.tag() == other_tag) return n;
  return {};
}

Node Document::head() const { return ChildOfHtml("head", "head"); }
Node Document::body() const { return ChildOfHtml("body", "frameset"); }

bool Document::truncated() const { return !tree_->why.empty(); }
const std::string& Document::truncated_why() const { return tree_->why; }
std::string_view Document::source() const { return tree_->source; }

std::string_view Node::Attribute(std::string_view name) const {
  const GumboAttribute* attribute = FindAttribute(record_, name);
  return attribute == nullptr ? std::string_view() : std::string_view(attribute->value);
}

bool Node::HasAttribute(std::string_view name) const {
  return FindAttribute(record_, name) != nullptr;
}

size_t Document::OffsetOf(Node node) const {
  if (!node || node.record_->type == NodeType::kDocument) return 0;
  const GumboNode* const raw = node.record_->raw;
  return PlaceInPage(tree_->runs, IsElement(raw) ? raw->v.element.start_pos.offset
                                                 : raw->v.text.start_pos.offset);
}

std::string TextOf(Node node, size_t bytes_max) {
  std::string out;
  bool space = false;
  for (Node n = node; n && out.size() < bytes_max;) {
    const std::string_view tag = n.tag();
    const bool skip = tag == "script" || tag == "style" || tag == "template";
    const bool is_text = n.type() == Node::Type::kText;
    for (std::string_view rest = is_text ? n.text() : std::string_view(); !rest.empty();) {
      size_t ink = 0;
      while (ink < rest.size() && !IsSpace(rest[ink])) ++ink;
      if (ink > 0) {
        if (space && !out.empty()) out.push_back(' ');
        space = false;
        out.append(rest, 0, ink);
      }
      space = space || ink < rest.size();
      rest.remove_prefix(std::min(ink + 1, rest.size()));
    }
    n = n.Next(node, skip);
  }
  out.resize(CutAt(out, bytes_max));
  return out;
}

std::string RawTextOf(Node node, size_t bytes_max) {
  std::string kept;
  return std::string(RawTextOf(node, bytes_max, &kept));
}

std::string_view RawTextOf(Node node, size_t bytes_max, std::string* kept) {
  const Node only = node.first_child();
  if (only && !only.next_sibling() && only.type() == Node::Type::kText) {
    return only.text().substr(0, CutAt(only.text(), bytes_max));
  }
  kept->clear();
  for (Node n = node; n && kept->size() < bytes_max; n = n.Next(node)) {
    if (n.type() == Node::Type::kText) *kept += n.text();
  }
  kept->resize(CutAt(*kept, bytes_max));
  return *kept;
}

}  // namespace signboard::parse
