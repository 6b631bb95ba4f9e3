// The form in which a body lies in its family: a zstd frame of its bytes where that is shorter,
// else the bytes themselves. The log and the write buffers then hold the short form too.
//
// Nothing beside the value says which it is: the digest under which a body is kept decides.
//
// Threads: safe from any.
// Errors:  none; what fits its digest in neither form is damaged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signboard::archive {

std::string Pack(std::string bytes);

// The bytes with this SHA-256 that `kept` stands for; nullopt: it stands for others, or for none.
std::optional<std::string> Unpack(std::string kept, std::string_view sha256);

}  // namespace signboard::archive
