#include "crawler/robots/xml_stream.h"

#include <expat.h>

#include <utility>

#include "proto/base/text.h"

namespace signboard::robots {
namespace {

constexpr char kBetween = '|';  // A namespace and a local name, as expat gives them.

std::string_view LocalName(const char* name) {
  const std::string_view whole(name);
  const size_t at = whole.rfind(kBetween);
  return at == std::string_view::npos ? whole : whole.substr(at + 1);
}

}  // namespace

struct XmlStream::State {
  explicit State(Handler* the_handler)
      : handler(the_handler), parser(XML_ParserCreateNS("UTF-8", kBetween)) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &Start, &EndElement);
    XML_SetCharacterDataHandler(parser, &Text);
    XML_SetStartDoctypeDeclHandler(parser, &Doctype);
  }
  ~State() { XML_ParserFree(parser); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status Parse(std::string_view bytes, bool last) {
    if (!broken.ok()) return broken;
    const XML_Status done = XML_Parse(parser, bytes.data(), static_cast<int>(bytes.size()),
                                      last ? XML_TRUE : XML_FALSE);
    if (done == XML_STATUS_OK) return OkStatus();
    if (broken.ok()) {
      broken = base::InvalidArgument("line " + std::to_string(XML_GetCurrentLineNumber(parser)) +
                                     ": " + XML_ErrorString(XML_GetErrorCode(parser)));
    }
    return broken;
  }

  void Take(Status status) {
    if (status.ok() || !broken.ok()) return;
    broken = std::move(status);
    XML_StopParser(parser, XML_FALSE);
  }

  static State& Of(void* data) { return *static_cast<State*>(data); }
  static void Doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    Of(data).Take(base::InvalidArgument("a DOCTYPE"));
  }
  static void Start(void* data, const XML_Char* name, const XML_Char** attributes) {
    State& self = Of(data);
    if (++self.depth > kXmlDepthMax)
      return self.Take(base::ResourceExhausted("nested too deep"));
    self.text.clear();
    self.Take(self.handler->OnStart(LocalName(name), [attributes](std::string_view wanted) {
      for (size_t i = 0; attributes[i] != nullptr; i += 2)
        if (LocalName(attributes[i]) == wanted) return std::string_view(attributes[i + 1]);
      return std::string_view();
    }));
  }
  static void EndElement(void* data, const XML_Char* name) {
    State& self = Of(data);
    --self.depth;
    const std::string text = std::exchange(self.text, {});
    self.Take(self.handler->OnEnd(LocalName(name), base::TrimAscii(text)));
  }
  static void Text(void* data, const XML_Char* piece, int size) {
    State& self = Of(data);
    if (self.text.size() < kXmlTextBytesMax) self.text.append(piece, static_cast<size_t>(size));
  }

  Handler* const handler;
  const XML_Parser parser;
  std::string text;
  size_t depth = 0;
  bool begun = false;
  Status broken;
};

XmlStream::XmlStream(Handler* handler) : state_(std::make_unique<State>(handler)) {}
XmlStream::~XmlStream() = default;

Status XmlStream::Add(std::string_view bytes) {
  if (!state_->begun) {
    const size_t first = bytes.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return OkStatus();
    bytes.remove_prefix(first);
    state_->begun = true;
  }
  // expat counts in ints.
  constexpr size_t kPiece = size_t{1} << 20;
  for (; bytes.size() > kPiece; bytes.remove_prefix(kPiece))
    RETURN_IF_ERROR(state_->Parse(bytes.substr(0, kPiece), false));
  return state_->Parse(bytes, false);
}

Status XmlStream::End() { return state_->Parse({}, true); }

}  // namespace signboard::robots
