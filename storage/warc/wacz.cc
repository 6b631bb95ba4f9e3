#include "storage/warc/wacz.h"

#include <zlib.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/warc/line_sorter.h"
#include "storage/warc/writer.h"
#include "storage/warc/zip_file.h"

namespace signboard::warc {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kBlockLines = 1'024;
constexpr char kIndexName[] = "index.cdx.gz";

std::string Text(std::string_view bytes) { return base::ToValidUtf8(bytes); }
std::string Dump(const Json& json) { return json.dump(-1, ' ', true); }
std::string HashName(std::string_view digest) { return "sha256:" + base::ToHex(digest); }
std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

struct WaczWriter::State {
  WaczOptions options;
  std::unique_ptr<ZipFile> zip;
  LineSorter lines;
  std::unique_ptr<Spool> pages;
  std::string main_url;
  UnixTime main_date;

  Status WriteIndex();
  Status WriteBlock(const std::string& lines_of_block, const std::string& key, Sink* idx);
  Status WritePages();
  Status WritePackage();
  Status Copy(Spool* from);

  uint64_t index_bytes = 0;
};

WaczWriter::WaczWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
WaczWriter::~WaczWriter() = default;

StatusOr<std::unique_ptr<WaczWriter>> WaczWriter::Create(const std::string& path,
                                                         WaczOptions options) {
  auto state = std::make_unique<State>();
  ASSIGN_OR_RETURN(state->zip, ZipFile::Create(path, options.created));
  ASSIGN_OR_RETURN(state->pages, Spool::Create());
  state->options = std::move(options);
  RETURN_IF_ERROR(state->zip->Begin(std::string("archive/") + kWaczWarcName, true));
  return std::unique_ptr<WaczWriter>(new WaczWriter(std::move(state)));
}

Sink& WaczWriter::warc() { return *state_->zip; }

Status WaczWriter::AddToIndex(const CdxjEntry& entry) {
  return state_->lines.Add(CdxjLine(entry));
}

Status WaczWriter::AddPage(const WaczPage& page) {
  if (state_->main_url.empty()) {
    state_->main_url = page.url;
    state_->main_date = page.date;
  }
  Json json = {{"id", page.id}, {"url", Text(page.url)}, {"ts", base::FormatRfc3339(page.date)}};
  if (!page.title.empty()) json["title"] = Text(page.title);
  json["size"] = page.bytes;
  return state_->pages->Write(Dump(json) + "\n");
}

// A gzip member, and its line in index.idx.
Status WaczWriter::State::WriteBlock(const std::string& lines_of_block, const std::string& key,
                                     Sink* idx) {
  TextSink member;
  RETURN_IF_ERROR(WriteGzip(lines_of_block, member));
  const Json place = {{"offset", index_bytes},
                      {"length", member.text.size()},
                      {"digest", HashName(base::Sha256(member.text))},
                      {"filename", kIndexName}};
  index_bytes += member.text.size();
  RETURN_IF_ERROR(zip->Write(member.text));
  return idx->Write(key + " " + Dump(place) + "\n");
}

Status WaczWriter::State::WriteIndex() {
  RETURN_IF_ERROR(zip->Begin(std::string("indexes/") + kIndexName, true));
  ASSIGN_OR_RETURN(const auto idx, Spool::Create());
  const Json meta = {{"format", "cdxj-gzip-1.0"}, {"filename", kIndexName}};
  RETURN_IF_ERROR(idx->Write("!meta 0 " + Dump(meta) + "\n"));
  std::string block;
  std::string key;
  size_t count = 0;
  const auto take = [&](const std::string& line) -> Status {
    if (count == 0) key = line.substr(0, line.find(" {"));
    block += line + "\n";
    if (++count < kBlockLines) return OkStatus();
    count = 0;
    return WriteBlock(std::exchange(block, {}), key, idx.get());
  };
  RETURN_IF_ERROR(lines.Give(take));
  if (count > 0) RETURN_IF_ERROR(WriteBlock(block, key, idx.get()));
  RETURN_IF_ERROR(zip->Begin("indexes/index.idx", true));
  return Copy(idx.get());
}

Status WaczWriter::State::Copy(Spool* from) {
  RETURN_IF_ERROR(from->Flush());
  std::string piece(size_t{256} << 10, '\0');
  for (uint64_t at = 0;;) {
    ASSIGN_OR_RETURN(const size_t count, from->ReadAt(at, piece.data(), piece.size()));
    if (count == 0) return OkStatus();
    RETURN_IF_ERROR(zip->Write(std::string_view(piece).substr(0, count)));
    at += count;
  }
}

Status WaczWriter::State::WritePages() {
  RETURN_IF_ERROR(zip->Begin("pages/pages.jsonl", false));
  const Json head = {{"format", "json-pages-1.0"}, {"id", "pages"}, {"title", "All Pages"}};
  RETURN_IF_ERROR(zip->Write(Dump(head) + "\n"));
  return Copy(pages.get());
}

Status WaczWriter::State::WritePackage() {
  RETURN_IF_ERROR(zip->End());
  const std::string created = base::FormatRfc3339(options.created);
  Json package = {{"profile", "data-package"},
                  {"wacz_version", "1.1.1"},
                  {"title", Text(options.title)},
                  {"description", Text(options.description)},
                  {"created", created},
                  {"modified", created},
                  {"software", options.software},
                  {"resources", Json::array()}};
  if (!main_url.empty()) {
    package["mainPageUrl"] = Text(main_url);
    package["mainPageDate"] = base::FormatRfc3339(main_date);
  }
  for (const ZipEntry& entry : zip->entries()) {
    package["resources"].push_back({{"name", NameOf(entry.path)},
                                    {"path", entry.path},
                                    {"hash", HashName(entry.sha256)},
                                    {"bytes", entry.bytes}});
  }
  RETURN_IF_ERROR(zip->Begin("datapackage.json", false));
  RETURN_IF_ERROR(zip->Write(package.dump(2, ' ', true) + "\n"));
  RETURN_IF_ERROR(zip->End());
  const Json digest = {{"path", "datapackage.json"},
                       {"hash", HashName(zip->entries().back().sha256)}};
  RETURN_IF_ERROR(zip->Begin("datapackage-digest.json", false));
  return zip->Write(digest.dump(2, ' ', true) + "\n");
}

Status WaczWriter::Finish() {
  RETURN_IF_ERROR(state_->WriteIndex());
  RETURN_IF_ERROR(state_->WritePages());
  RETURN_IF_ERROR(state_->WritePackage());
  return state_->zip->Finish();
}

}  // namespace signboard::warc
