// A parsed page: gumbo's tree behind a small read-only face, with guards that gumbo lacks.
//
// gumbo is quadratic in nesting depth, in attributes of one tag and in unclosed formatting, and
// recurses when it frees (gumbo-parser issues 387, 391, 393). So before gumbo sees a page a linear
// scan blanks tags nested too deep and attributes too many (prescan.h), and gumbo allocates from
// an arena that ends the parse when memory or time runs out (arena.h). A parse that was ended is
// tried again with smaller parts of the page. What was cut is said by truncated().
//
// Blanked bytes are overwritten with spaces, so offsets are those of the text handed in.
//
// gumbo sees the page without what it would only copy (shortening.h). Readers walk a page many
// times, so its nodes are written down once in document order, in an array of records: a step of a
// walk is a step in that array and never touches gumbo's nodes.
//
// Threads:  A Document is immutable after Parse; share it freely. Nodes live as long as it does.
// Errors:   kInvalidArgument: not valid limits. A hostile page is never an error.
// Cost:     Linear in the page; at most ParseLimits::memory_bytes_max and time_max, and a record
//           of 40 bytes for each node (which are larger).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/status.h"

struct GumboInternalNode;

namespace signboard::parse {

struct ParseLimits {
  size_t bytes_max = size_t{5} << 20;
  size_t depth_max = 512;
  size_t attributes_max = 400;
  size_t memory_bytes_max = size_t{64} << 20;
  std::chrono::milliseconds time_max{2000};
  bool shortens = true;  // False: gumbo sees every character. Slower; the tree is the same.
};

enum class NodeType : uint8_t { kNone, kDocument, kElement, kText, kComment };

// One node as a walk needs it.
struct NodeRecord {
  const GumboInternalNode* raw = nullptr;
  std::string_view words;  // An element's tag; the characters of a text or comment.
  uint32_t parent = 0;  // How many records before this one; 0: it has none.
  uint32_t size = 1;    // Records of the node and all below it; they follow each other.
  uint32_t names = 0;   // Of attributes, one bit for each: AttributeBit.
  NodeType type = NodeType::kNone;
};

// By first letter and length, so that most names that an element lacks need no comparing.
constexpr uint32_t AttributeBit(std::string_view name) {
  if (name.empty()) return 0;
  const unsigned letter = static_cast<unsigned char>(name[0]) & 31U;
  return uint32_t{1} << ((letter * 7 + static_cast<unsigned>(name.size())) & 31U);
}

// One node of the tree, or none: every question to a none-node has an empty answer, so that walks
// need no checks. A value of one pointer; copy it.
class Node {
 public:
  using Type = NodeType;

  Node() = default;
  explicit operator bool() const { return record_ != nullptr; }
  bool operator==(const Node&) const = default;

  // kText is what people see, CDATA sections and white space too.
  Type type() const { return record_ == nullptr ? Type::kNone : record_->type; }
  // "div"; unknown elements as they are spelled. Empty for other types.
  std::string_view tag() const {
    return type() == Type::kElement ? record_->words : std::string_view();
  }
  // The value with entities resolved, by name in any letter case. Empty: absent or empty.
  std::string_view Attribute(std::string_view name) const;
  bool HasAttribute(std::string_view name) const;
  // The characters of a text or comment node.
  std::string_view text() const {
    const Type kind = type();
    return kind == Type::kText || kind == Type::kComment ? record_->words : std::string_view();
  }

  Node first_child() const {
    return Node(record_ == nullptr || record_->size == 1 ? nullptr : record_ + 1);
  }
  Node next_sibling() const {
    if (record_ == nullptr || record_->parent == 0) return {};
    const NodeRecord* const next = record_ + record_->size;
    const NodeRecord* const above = record_ - record_->parent;
    return Node(next < above + above->size ? next : nullptr);
  }
  Node parent() const {
    return Node(record_ == nullptr || record_->parent == 0 ? nullptr
                                                           : record_ - record_->parent);
  }
  // The node after this one in document order that is within `root`; none at the end. With
  // `skip_children` the node's own descendants are passed over.
  Node Next(Node root, bool skip_children = false) const {
    if (record_ == nullptr || root.record_ == nullptr) return {};
    const NodeRecord* const next = record_ + (skip_children ? record_->size : 1);
    return Node(next < root.record_ + root.record_->size ? next : nullptr);
  }

 private:
  friend class Document;
  explicit Node(const NodeRecord* record) : record_(record) {}

  const NodeRecord* record_ = nullptr;
};

class Document {
 public:
  static StatusOr<Document> Parse(std::string utf8, const ParseLimits& limits = {});

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document();

  Node root() const;  // The document node.
  Node html() const;  // None only for a page that could not be parsed at all.
  Node head() const;
  Node body() const;  // Or a frameset.

  bool truncated() const;
  // For people: "tags nested deeper than 512", several joined by "; ". Empty when whole.
  const std::string& truncated_why() const;
  // The text that was parsed, blanks and all. OffsetOf counts in it.
  std::string_view source() const;
  // Where a node of this document begins in the text handed to Parse. Elements that the parser made
  // up (an absent <tbody>) have the offset of what made them necessary.
  size_t OffsetOf(Node node) const;

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);
  Node ChildOfHtml(std::string_view tag, std::string_view other_tag) const;

  std::unique_ptr<Tree> tree_;
};

// The text of `node` and below, white space runs as one space, trimmed; scripts, styles and
// templates left out. At most `bytes_max` bytes, cut between characters.
std::string TextOf(Node node, size_t bytes_max = size_t{1} << 20);

// The same characters without markup, exactly as they stand: for scripts and <title>.
std::string RawTextOf(Node node, size_t bytes_max = size_t{1} << 20);
// Without a copy where one text node has them all, which is what a script is; else in `*kept`.
std::string_view RawTextOf(Node node, size_t bytes_max, std::string* kept);

}  // namespace signboard::parse
