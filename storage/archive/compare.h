// Two kept captures, side by side: their text by sentence and word, their links, their source.
//
// The text is what a reader of the page reads, with its headline, without what stands around it;
// where a browser made the document, its text. What stays the same is told too, a long run of it
// by its first and last words, and how much was left out.
//
// Threads: safe from any. It waits for disk, and then works.
// Errors:  kInvalidArgument: an id that is none. kNotFound: no such capture.
//          kFailedPrecondition: a capture without a body, without text, or too large to compare.
//          kDataLoss: what is kept is damaged.
#pragma once

#include "proto/base/status.h"
#include "storage/archive/archive.h"

namespace signboard::archive {

// Bodies that are longer are not compared.
inline constexpr uint64_t kCompareBytesMax = uint64_t{16} << 20;
// Of the edits: a reply is one message.
inline constexpr size_t kCompareReplyBytesMax = 3 << 20;

StatusOr<v1::CompareReply> Compare(Archive& archive, const v1::CompareRequest& request);

}  // namespace signboard::archive
