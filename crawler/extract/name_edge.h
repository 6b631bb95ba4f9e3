// The left edge of a centre's name; part of names.h.
//
// Threads: Safe from any; no state.
// Cost:    Linear in kNameBytesMax.
#pragma once

#include <cstddef>
#include <string_view>

namespace signboard::extract {

// Where the name whose head begins at `head` begins, not before `floor`; `head`: nothing before it
// belongs to it.
size_t FindNameEdge(std::string_view text, size_t floor, size_t head);

}  // namespace signboard::extract
