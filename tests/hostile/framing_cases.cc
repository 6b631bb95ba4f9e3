// Where an answer ends, and lies about it: RFC 9112 sections 2 to 7.
#include "tests/hostile/hostile_case.h"

namespace signboard::testing {
namespace {

const std::string kType = "Content-Type: text/html\r\n";
const std::string kChunked = kType + "Transfer-Encoding: chunked\r\n";

Case Length(const std::string& name, const std::string& length, const std::string& expected) {
  return Of(name, {Head(kType + "Content-Length: " + length + "\r\n"), Send("<p>hello"), Close()},
            expected);
}
Case Chunks(const std::string& name, const std::string& bytes, const std::string& expected) {
  return Of(name, {Head(kChunked), Send(bytes), Close()}, expected);
}

Cases Lengths() {
  return {
      Length("length-short-of-its-word", "1000", "error truncated"),
      Of("length-long", {Head(kType + "Content-Length: 4\r\n"), Send("<p>hello, and much more")},
         "content"),
      Length("length-negative", "-1", "error protocol|error truncated|content"),
      Length("length-beyond-64-bits", "99999999999999999999999",
             "error too_large|error truncated|error protocol|content"),
      Length("length-greatest", "9223372036854775807", "error truncated"),
      Length("length-text", "many", "error protocol|content"),
      Length("length-list", "8, 9", "error protocol|error truncated|content"),
      Of("length-twice",
         {Head(kType + "Content-Length: 3\r\nContent-Length: 8\r\n"), Send("<p>hello"), Close()},
         "error protocol|content"),
      Of("length-and-chunks",
         {Head(kChunked + "Content-Length: 3\r\n"), Send("8\r\n<p>hello\r\n0\r\n\r\n"), Close()},
         "content"),
      Length("length-zero-with-body", "0", "content"),
      Of("body-ends-with-connection", {Head(kType), Send("<p>hello"), Close()}, "content"),
      Of("reset-in-body",
         {Head(kType + "Content-Length: 1000\r\n"), Send("<p>hello"), Pause(Millis(50)), Reset()},
         "error truncated"),
  };
}

Cases Chunked() {
  std::string tiny;
  for (int i = 0; i < 200'000; ++i) tiny += "1\r\nx\r\n";
  return {
      Chunks("chunk-size-no-number", "zz\r\nhello\r\n0\r\n\r\n", "error truncated"),
      Chunks("chunk-size-beyond-64-bits", "FFFFFFFFFFFFFFFFF\r\nhello\r\n", "error truncated"),
      Chunks("chunk-size-greatest", "7FFFFFFFFFFFFFFF\r\nhello\r\n", "error truncated"),
      Chunks("chunk-size-negative", "-5\r\nhello\r\n0\r\n\r\n", "error truncated"),
      Chunks("chunk-size-endless-zeros", Times("0", 100'000), "error truncated"),
      Chunks("chunk-without-crlf", "5\r\nhelloworld0\r\n\r\n", "error truncated"),
      Chunks("chunk-extension-flood", "5;" + Times("a=b;", 250'000) + "\r\nhello\r\n0\r\n\r\n",
             "content|error truncated"),
      Chunks("chunks-without-end", "5\r\nhello\r\n", "error truncated"),
      Chunks("chunks-cut-inside", "500\r\nhello", "error truncated"),
      Chunks("chunks-of-one-byte", tiny + "0\r\n\r\n", "content"),
      Of("chunk-trailer-flood", {Head(kChunked), Send("5\r\nhello\r\n0\r\n"), Repeat("X: y\r\n")},
         "error too_large"),
      Of("chunks-endless", {Head(kChunked), Repeat("400\r\n" + std::string(0x400, 'x') + "\r\n")},
         "content too_large"),
      Of("transfer-coding-unknown", {Head(kType + "Transfer-Encoding: shuffled\r\n"),
                                     Send("<p>hello"), Close()}, "content|error protocol"),
      Of("transfer-coding-twice", {Head(kType + "Transfer-Encoding: chunked, chunked\r\n"),
                                   Send("5\r\nhello\r\n0\r\n\r\n"), Close()},
         "content|error protocol|error truncated"),
      Of("transfer-coding-gzip-bomb", {Head(kType + "Transfer-Encoding: gzip\r\n"),
                                       Send(Times("\x1f\x8b", 100)), Close()},
         "content|error protocol|error truncated"),
  };
}

}  // namespace

Cases FramingCases() {
  Cases all = Lengths();
  for (Case& one : Chunked()) all.push_back(std::move(one));
  Case lie{"keep-alive-that-ends", {}, "content"};
  lie.pages["/"] = {Head(kType + "Connection: keep-alive\r\nContent-Length: 26\r\n"),
                    Send("<a href='/next.html'>n</a>"), Close()};
  lie.pages["/next.html"] = Html("<p>next");
  all.push_back(lie);
  all.push_back(Of("garbage-behind-the-body",
                   {Head(kType + "Content-Length: 8\r\n"),
                    Send("<p>hello" + Times(std::string("\0\xff", 2), 4'096))},
                   "content"));
  all.push_back(Of("answer-nobody-asked-for",
                   {Head(kType + "Content-Length: 8\r\n"),
                    Send("<p>helloHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<p>ev")},
                   "content"));
  return all;
}

}  // namespace signboard::testing
