#include "storage/archive/store_stream.h"

#include <string>
#include <utility>

#include "storage/archive/archive_service.h"

namespace signboard::archive {

Status StoreStream::Add(v1::StoreRequest message) {
  switch (message.item_case()) {
    case v1::StoreRequest::kHeader:
      if (has_header_) return base::InvalidArgument("a second header in one Store stream");
      has_header_ = true;
      capture_.header = std::move(*message.mutable_header());
      return OkStatus();
    case v1::StoreRequest::kChunk:
      return AddChunk(message.chunk());
    default:
      return base::InvalidArgument("a Store message that is neither header nor chunk");
  }
}

Status StoreStream::AddChunk(const v1::StoreRequest::Chunk& chunk) {
  if (!has_header_) return base::InvalidArgument("a chunk before the header of a Store stream");
  if (chunk.data().size() > kChunkBytesMax) {
    return base::InvalidArgument("a chunk of " + std::to_string(chunk.data().size()) +
                                 " bytes, more than " + std::to_string(kChunkBytesMax));
  }
  if (chunk.part() == v1::StoreRequest::Chunk::PART_UNSPECIFIED ||
      !v1::StoreRequest::Chunk::Part_IsValid(chunk.part())) {
    return base::InvalidArgument("a chunk of an unknown part");
  }
  const std::string name = v1::StoreRequest::Chunk::Part_Name(chunk.part());
  if (chunk.part() < part_) {
    return base::InvalidArgument("a " + name + " chunk behind a " +
                                 v1::StoreRequest::Chunk::Part_Name(part_) + " chunk");
  }
  part_ = chunk.part();
  const bool wire = part_ == v1::StoreRequest::Chunk::WIRE;
  const bool rendered = part_ == v1::StoreRequest::Chunk::RENDERED;
  std::string& bytes = wire ? capture_.wire : rendered ? capture_.rendered : capture_.decoded;
  const size_t announced = wire       ? WireBytes(snapshot())
                           : rendered ? RenderedBytes(snapshot())
                                      : DecodedBytes(snapshot());
  if (chunk.data().size() > announced - bytes.size()) {
    return base::InvalidArgument(name + " chunks hold more than the " +
                                 std::to_string(announced) +
                                 " bytes that the header announced");
  }
  if (bytes.empty()) bytes.reserve(announced);
  bytes += chunk.data();
  return OkStatus();
}

Status StoreStream::End() const {
  if (!has_header_) return base::InvalidArgument("a Store stream without a header");
  // Of a body that is not kept the bytes may be left out as a whole.
  const bool left_out = !IsContent(snapshot()) && capture_.decoded.empty();
  if (left_out || capture_.decoded.size() == DecodedBytes(snapshot())) return OkStatus();
  return base::InvalidArgument(
      "the Store stream ended after " + std::to_string(capture_.decoded.size()) + " of " +
      std::to_string(DecodedBytes(snapshot())) + " bytes of the body");
}

}  // namespace signboard::archive
