// Every key the index writes: what was captured when, small enough to scan. The captures' whole
// records lie beside it in the same shards (storage/archive/schema.h), written in the same batch.
//
//   family  key                          value          the question it answers
//   ------  ---------------------------  -------------  -------------------------------------------
//   index   slot:2 SURT 00 time:8 disc:4 CaptureRecord  What came of a URL when, with which digest?
//   url     slot:2 SURT 00 exact-URL     UrlRecord      Which URLs of a page, path, host, domain?
//
//   slot, SURT, time, disc   proto/base/key_codec.h: the snapshot key.
//   exact-URL                As fetched. SURT finds, the exact URL decides: http and https, with
//                            and without www, two letter cases are neighbours here.
//
// Invariants, asserted by archive::CheckSchema():
//   1. A UrlRecord counts the index keys of its SURT whose url_hash is that of its URL, and knows
//      the first and the last of them.
//   2. An index key has its UrlRecord, and its snapshot under the same key.
//
// These bytes outlive the program: to change one, raise archive::kSchemaVersion.
#pragma once

#include "storage/kv/space.h"

namespace signboard::index {

// DO NOT CHANGE: a family's position is its number.
enum : kv::Family { kIndexFamily = 0, kUrlFamily = 1, kFamilyCount = 2 };

}  // namespace signboard::index
