// The nodes of gumbo's tree, written down in document order, with what the parser did not see of
// the page put back where its letters stand (shortening.h).
//
// Threads: One page at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/parse/document.h"
#include "crawler/parse/shortening.h"

namespace signboard::parse {

struct Records {
  std::vector<NodeRecord> nodes;  // The document node is the first.
  std::string texts;              // Of nodes that are more than one run.
  std::string values;             // Of attributes, each ended by a zero byte.
};

// The words of nodes are views of the tree, of `page` and of `records`; values of attributes are
// set in the tree. False: a run was not found where its kind stands, or not once.
bool WriteRecords(GumboInternalNode* document, std::string_view page, const std::vector<Run>& runs,
                  Records* records);

}  // namespace signboard::parse
