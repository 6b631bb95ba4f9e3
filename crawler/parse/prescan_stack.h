// The stack of open elements as the HTML tree builder would have it (WHATWG section 13.2.6), kept
// only to know its depth.
//
// Threads: One scan at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signboard::parse {

class OpenElements {
 public:
  explicit OpenElements(size_t depth_max) : depth_max_(depth_max) {}

  // A start tag, `name` in lower case. False: it would be too deep, leave it out.
  bool Start(std::string_view name, bool self_closing);
  // An end tag. False: its start tag was left out, so leave it out too.
  bool End(std::string_view name);
  // The innermost element is of SVG or MathML: raw text elements are ordinary there.
  bool in_foreign() const { return !stack_.empty() && stack_.back().foreign_inside; }

 private:
  struct Open {
    uint64_t name = 0;  // Hash of the name.
    uint32_t traits = 0;
    bool foreign = false;
    bool foreign_inside = false;  // Children are foreign too.
    bool formatting = false;
  };
  void ImplyEnds(uint64_t name, uint32_t traits);
  void CloseListItem(uint32_t kind);
  void CloseToTable(uint32_t keep);
  // Pops up to and including the nearest element called `name`, unless one with a trait of
  // `barrier` comes first.
  bool PopTo(uint64_t name, uint32_t barrier);
  bool EndFormatting(uint64_t name);
  void PopTop();
  bool DropsStart(uint64_t name, uint32_t traits);

  const size_t depth_max_;
  std::vector<Open> stack_;
  size_t open_formatting_ = 0;         // How many of the stack are formatting.
  std::vector<uint64_t> formatting_;  // Those that would be reconstructed, and markers.
  std::unordered_map<uint64_t, size_t> left_out_;
};

}  // namespace signboard::parse
