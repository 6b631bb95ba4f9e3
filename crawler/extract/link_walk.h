// One walk over a page, or a piece of one, that finds its links and where each of them stands: in a
// list, in what there is to read, in a menu, in a side bar or in the footer; and with which date
// beside it (list_dates.h). Everything that is no link is shown to whoever asked for the walk.
//
// Threads: One page at a time.
// Cost:    Linear in the tree.
#pragma once

#include <optional>

#include "crawler/extract/anchors.h"
#include "crawler/extract/link_sink.h"
#include "crawler/extract/list_dates.h"
#include "crawler/parse/document.h"

namespace signboard::extract {

class LinkWalk {
 public:
  // Links become `kind`, unless their rel says next or prev.
  LinkWalk(LinkKind kind, bool nofollow, LinkSink* sink)
      : kind_(kind), nofollow_(nofollow), sink_(sink), dates_(sink) {}

  // `visit` is called with every element but <a> and <area>, and with its tag.
  template <class Visit>
  void Run(parse::Node root, Visit visit) {
    int depth = 0;
    for (parse::Node n = root; n;) {
      if (n.type() == parse::Node::Type::kElement) {
        const std::string_view tag = n.tag();
        Enter(n, tag, depth);
        if (tag != "a" && tag != "area") visit(n, tag);
      } else if (n.type() == parse::Node::Type::kText) {
        dates_.Text(n.text(), depth);
      }
      if (const parse::Node child = IsScript(n) ? parse::Node() : n.first_child()) {
        n = child;
        ++depth;
        continue;
      }
      for (; n; n = n.parent(), dates_.Up(--depth)) {
        Leave(n, depth);
        if (n == root) {
          dates_.End();
          return;
        }
        if (const parse::Node sibling = n.next_sibling()) {
          n = sibling;
          break;
        }
      }
    }
  }

 private:
  static bool IsScript(parse::Node n);
  void Enter(parse::Node n, std::string_view tag, int depth);
  void Leave(parse::Node n, int depth);
  void Anchor(parse::Node n, int depth);
  LinkPlace Here(size_t text_chars) const;

  const LinkKind kind_;
  const bool nofollow_;
  LinkSink* const sink_;
  ListDates dates_;
  std::optional<LinkPlace> named_;  // Of the outermost element around here that names a place.
  int named_depth_ = 0;
  int items_open_ = 0;              // <li>, <dd>, <dt> around here.
  parse::Node anchor_;              // The link around here.
};

}  // namespace signboard::extract
