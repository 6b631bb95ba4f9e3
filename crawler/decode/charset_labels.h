// The label table of the WHATWG Encoding Standard (section 4.2) and the converter behind each name.
//
// Threads: Safe from any; constant tables.
#pragma once

#include <string_view>

namespace signboard::decode {

// "GB2312" -> "gbk", "latin1" -> "windows-1252". Spaces around and letter case do not matter.
// Empty: no such label. "replacement" stands for encodings that must not be decoded (HZ, ISO-2022
// of China and Korea).
std::string_view EncodingOfLabel(std::string_view label);

// What ICU calls the encoding `name`, or "" for those we decode ourselves: utf-8, replacement,
// x-user-defined.
const char* IcuConverterOf(std::string_view name);

}  // namespace signboard::decode
