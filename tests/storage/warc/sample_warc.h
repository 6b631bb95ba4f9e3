// Records to read: what a WARC writer would have written, and what it never should.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/warc/reader.h"

namespace signboard::warc {

// A response record, uncompressed. `length` stands in for the block's own; "": that is said.
std::string ResponseText(std::string_view url, std::string_view block,
                         std::string_view length = "");
std::string Gzip(std::string_view bytes);
std::string Zstd(std::string_view bytes, std::string_view dictionary = "");
// A skippable frame with a dictionary, as a .warc.zst begins with.
std::string DictionaryFrame(std::string_view dictionary);

inline constexpr std::string_view kPage =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello";

// What a reader says of a file, a line an item: "12 response http://a.cn/ 5", "12 ! why", and of
// a block that is damaged "12 ? why".
std::vector<std::string> Story(std::string_view file, uint64_t from = 0);

}  // namespace signboard::warc
