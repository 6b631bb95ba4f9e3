#include "tests/storage/warc/sample_warc.h"

#include <zlib.h>
#include <zstd.h>

#include <memory>

namespace signboard::warc {

std::string ResponseText(std::string_view url, std::string_view block, std::string_view length) {
  std::string text = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: ";
  text.append(url).append("\r\nWARC-Date: 2025-11-18T03:04:05Z\r\n");
  text.append("WARC-Record-ID: <urn:uuid:00112233-4455-6677-8899-aabbccddeeff>\r\n");
  text.append("Content-Type: application/http; msgtype=response\r\nContent-Length: ");
  text.append(length.empty() ? std::to_string(block.size()) : std::string(length));
  return text.append("\r\n\r\n").append(block).append("\r\n\r\n");
}

std::string Gzip(std::string_view bytes) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(std::string_view bytes, std::string_view dictionary) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                  &ZSTD_freeCCtx);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress_usingDict(context.get(), out.data(), out.size(), bytes.data(),
                                     bytes.size(), dictionary.data(), dictionary.size(), 3));
  return out;
}

std::string DictionaryFrame(std::string_view dictionary) {
  std::string frame("\x5d\x2a\x4d\x18", 4);
  for (int shift = 0; shift < 32; shift += 8)
    frame.push_back(static_cast<char>(dictionary.size() >> shift & 0xFF));
  return frame.append(dictionary);
}

std::vector<std::string> Story(std::string_view file, uint64_t from) {
  TextSource source(file);
  Reader reader(source, from);
  std::vector<std::string> story;
  // No file has more items than bytes.
  for (size_t i = 0; i <= file.size(); ++i) {
    const auto item = reader.Next();
    if (!item.ok()) return {"status " + base::ToString(item.status())};
    if (item->kind == Reader::Item::kEnd) return story;
    const std::string at = std::to_string(item->offset);
    if (item->kind == Reader::Item::kProblem) {
      story.push_back(at + " ! " + item->problem);
      continue;
    }
    const auto block = reader.ReadBlock(size_t{1} << 20);
    story.push_back(block.ok() ? at + " " + item->header.type() + " " +
                                     item->header.target_uri() + " " +
                                     std::to_string(block->size())
                               : at + " ? " + std::string(base::Message(block.status())));
  }
  return {"it does not end"};
}

}  // namespace signboard::warc
