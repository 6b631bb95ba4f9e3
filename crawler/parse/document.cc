#include "crawler/parse/document.h"

#include <gumbo.h>

#include <array>
#include <csetjmp>
#include <utility>

#include "crawler/parse/arena.h"
#include "crawler/parse/prescan.h"
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

const GumboVector* ChildrenOf(const GumboNode* node) {
  if (IsElement(node)) return &node->v.element.children;
  if (node->type == GUMBO_NODE_DOCUMENT) return &node->v.document.children;
  return nullptr;
}

const GumboNode* ChildAt(const GumboNode* parent, size_t index) {
  const GumboVector* children = parent == nullptr ? nullptr : ChildrenOf(parent);
  if (children == nullptr || index >= children->length) return nullptr;
  return static_cast<const GumboNode*>(children->data[index]);
}

const GumboAttribute* FindAttribute(const GumboNode* node, std::string_view name) {
  if (node == nullptr || !IsElement(node)) return nullptr;
  const GumboVector& attributes = node->v.element.attributes;
  for (size_t i = 0; i < attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(attributes.data[i]);
    if (base::EqualsIgnoreCaseAscii(attribute->name, name)) return attribute;
  }
  return nullptr;
}

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
  const PrescanResult scan =
      BlankExcess(tree->source, limits.depth_max, limits.attributes_max);
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
  for (const size_t part : kParts) {
    const size_t bytes = CutAt(tree->source, tree->source.size() / part);
    tree->arena = std::make_unique<Arena>(limits.memory_bytes_max, start + spent);
    tree->output = RunGumbo(tree->arena.get(), tree->source.data(), bytes);
    if (tree->output != nullptr) break;
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
  return tree_->output == nullptr ? Node() : Node(tree_->output->document);
}

Node Document::html() const {
  return tree_->output == nullptr ? Node() : Node(tree_->output->root);
}

Node Document::head() const {
  for (Node n = html().first_child(); n; n = n.next_sibling())
    if (n.tag() == "head") return n;
  return {};
}

Node Document::body() const {
  for (Node n = html().first_child(); n; n = n.next_sibling())
    if (n.tag() == "body" || n.tag() == "frameset") return n;
  return {};
}

bool Document::truncated() const { return !tree_->why.empty(); }
const std::string& Document::truncated_why() const { return tree_->why; }
std::string_view Document::source() const { return tree_->source; }

Node::Type Node::type() const {
  if (node_ == nullptr) return Type::kNone;
  switch (node_->type) {
    case GUMBO_NODE_DOCUMENT: return Type::kDocument;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE: return Type::kElement;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE: return Type::kText;
    case GUMBO_NODE_COMMENT: return Type::kComment;
  }
  return Type::kNone;
}

std::string_view Node::tag() const {
  if (type() != Type::kElement) return {};
  const GumboElement& element = node_->v.element;
  if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
  GumboStringPiece name = element.original_tag;
  if (name.data == nullptr || name.length < 2) return {};
  gumbo_tag_from_original_text(&name);
  return {name.data, name.length};
}

std::string_view Node::Attribute(std::string_view name) const {
  const GumboAttribute* attribute = FindAttribute(node_, name);
  return attribute == nullptr ? std::string_view() : std::string_view(attribute->value);
}

bool Node::HasAttribute(std::string_view name) const {
  return FindAttribute(node_, name) != nullptr;
}

std::string_view Node::text() const {
  const Type kind = type();
  if (kind != Type::kText && kind != Type::kComment) return {};
  return node_->v.text.text;
}

Node Node::first_child() const { return Node(ChildAt(node_, 0)); }

Node Node::next_sibling() const {
  if (node_ == nullptr || node_->parent == nullptr) return {};
  return Node(ChildAt(node_->parent, node_->index_within_parent + 1));
}

Node Node::parent() const { return Node(node_ == nullptr ? nullptr : node_->parent); }

Node Node::Next(Node root, bool skip_children) const {
  if (!skip_children) {
    if (const Node child = first_child()) return child;
  }
  for (Node n = *this; n && !(n == root); n = n.parent()) {
    if (const Node sibling = n.next_sibling()) return sibling;
  }
  return {};
}

size_t Node::source_offset() const {
  if (node_ == nullptr) return 0;
  if (IsElement(node_)) return node_->v.element.start_pos.offset;
  return node_->type == GUMBO_NODE_DOCUMENT ? 0 : node_->v.text.start_pos.offset;
}

std::string TextOf(Node node, size_t bytes_max) {
  std::string out;
  bool space = false;
  for (Node n = node; n && out.size() < bytes_max;) {
    const std::string_view tag = n.tag();
    const bool skip = tag == "script" || tag == "style" || tag == "template";
    for (const char c : n.type() == Node::Type::kText ? n.text() : std::string_view()) {
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
        space = true;
        continue;
      }
      if (space && !out.empty()) out.push_back(' ');
      space = false;
      out.push_back(c);
    }
    n = n.Next(node, skip);
  }
  out.resize(CutAt(out, bytes_max));
  return out;
}

std::string RawTextOf(Node node, size_t bytes_max) {
  std::string out;
  for (Node n = node; n && out.size() < bytes_max; n = n.Next(node)) {
    if (n.type() == Node::Type::kText) out += n.text();
  }
  out.resize(CutAt(out, bytes_max));
  return out;
}

}  // namespace signboard::parse
