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
// Threads:  A Document is immutable after Parse; share it freely. Nodes live as long as it does.
// Errors:   kInvalidArgument: not valid limits. A hostile page is never an error.
// Cost:     Linear in the page; at most ParseLimits::memory_bytes_max and time_max.
#pragma once

#include <chrono>
#include <cstddef>
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
};

// One node of the tree, or none: every question to a none-node has an empty answer, so that walks
// need no checks. A value of one pointer; copy it.
class Node {
 public:
  enum class Type { kNone, kDocument, kElement, kText, kComment };

  Node() = default;
  explicit operator bool() const { return node_ != nullptr; }
  bool operator==(const Node&) const = default;

  // kText is what people see, CDATA sections and white space too.
  Type type() const;
  // "div"; unknown elements as they are spelled. Empty for other types.
  std::string_view tag() const;
  // The value with entities resolved, by name in any letter case. Empty: absent or empty.
  std::string_view Attribute(std::string_view name) const;
  bool HasAttribute(std::string_view name) const;
  // The characters of a text or comment node.
  std::string_view text() const;

  Node first_child() const;
  Node next_sibling() const;
  Node parent() const;
  // The node after this one in document order that is within `root`; none at the end. With
  // `skip_children` the node's own descendants are passed over.
  Node Next(Node root, bool skip_children = false) const;

  // Where the node begins in the text handed to Parse. Elements that the parser made up (an absent
  // <tbody>) have the offset of what made them necessary.
  size_t source_offset() const;

 private:
  friend class Document;
  explicit Node(const GumboInternalNode* node) : node_(node) {}

  const GumboInternalNode* node_ = nullptr;
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
  Node body() const;

  bool truncated() const;
  // For people: "tags nested deeper than 512", several joined by "; ". Empty when whole.
  const std::string& truncated_why() const;
  // The text that was parsed, blanks and all. source_offset() counts in it.
  std::string_view source() const;

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);

  std::unique_ptr<Tree> tree_;
};

// The text of `node` and below, white space runs as one space, trimmed; scripts, styles and
// templates left out. At most `bytes_max` bytes, cut between characters.
std::string TextOf(Node node, size_t bytes_max = size_t{1} << 20);

// The same characters without markup, exactly as they stand: for scripts and <title>.
std::string RawTextOf(Node node, size_t bytes_max = size_t{1} << 20);

}  // namespace signboard::parse
