// Where the bytes of an archive file come from and go to. A Source is read at any place, because
// what is damaged is left by looking for the next whole record.
//
// Threads: one at a time.
// Errors:  kNotFound, kInvalidArgument: no file that can be read. kUnavailable: the disk refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::warc {

class Source {
 public:
  virtual ~Source() = default;
  // Fewer than `count` only at the end; 0: there is nothing at `offset`.
  virtual StatusOr<size_t> ReadAt(uint64_t offset, char* into, size_t count) = 0;
};

class FileSource final : public Source {
 public:
  // `path` is a regular file.
  static StatusOr<std::unique_ptr<FileSource>> Open(const std::string& path);
  // What standard input gives, once it has given all: it goes to a file without a name in $TMPDIR.
  static StatusOr<std::unique_ptr<FileSource>> OfStandardInput();
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  StatusOr<size_t> ReadAt(uint64_t offset, char* into, size_t count) override;
  uint64_t size() const { return size_; }

 private:
  FileSource(int fd, uint64_t size) : fd_(fd), size_(size) {}

  const int fd_;
  const uint64_t size_;
};

class TextSource final : public Source {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  StatusOr<size_t> ReadAt(uint64_t offset, char* into, size_t count) override;

 private:
  const std::string_view text_;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status Write(std::string_view bytes) = 0;
};

class TextSink final : public Sink {
 public:
  Status Write(std::string_view bytes) override {
    text.append(bytes);
    return OkStatus();
  }
  std::string text;
};

// A file without a name in $TMPDIR: written first, then read.
class Spool final : public Source, public Sink {
 public:
  static StatusOr<std::unique_ptr<Spool>> Create();
  ~Spool() override;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Status Write(std::string_view bytes) override;
  // What was written is read only after this.
  Status Flush();
  StatusOr<size_t> ReadAt(uint64_t offset, char* into, size_t count) override;

 private:
  explicit Spool(int fd) : fd_(fd) {}

  const int fd_;
  std::string waiting_;
};

// A file that takes its name only once it is whole: what was there before stays until then.
class FileSink final : public Sink {
 public:
  static StatusOr<std::unique_ptr<FileSink>> Create(const std::string& path);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  Status Write(std::string_view bytes) override;
  // Durable under its name when it returns. Without it nothing is left.
  Status Finish();

 private:
  FileSink(int fd, std::string path, std::string part)
      : fd_(fd), path_(std::move(path)), part_(std::move(part)) {}

  int fd_;
  const std::string path_;
  const std::string part_;
  std::string waiting_;
};

}  // namespace signboard::warc
