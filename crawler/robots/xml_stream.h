// XML read piece by piece with expat: elements by their local names, text bounded, no entities but
// the five of XML. A document with a DOCTYPE is refused: no sitemap or feed of the field needs one,
// and "billion laughs" and external entities do. The bytes are UTF-8, whatever the document
// declares (crawler/decode makes them so); white space before the XML declaration is forgiven.
//
// Threads: one at a time.
// Errors:  kInvalidArgument: it breaks, with the line; kResourceExhausted: nested too deep, or what
//          the handler refused. The first error stays.
// Cost:    linear; one element's text is held at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::robots {

inline constexpr size_t kXmlDepthMax = 32;
inline constexpr size_t kXmlTextBytesMax = 8'192;  // Of one element; the rest is dropped.

class XmlStream {
 public:
  // One attribute of the element, empty where it has none.
  using Attribute = std::function<std::string_view(std::string_view name)>;
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual Status OnStart(std::string_view name, const Attribute& attribute) = 0;
    // `text`: the element's own, behind its last child, trimmed.
    virtual Status OnEnd(std::string_view name, std::string_view text) = 0;
  };

  // `handler` outlives the stream.
  explicit XmlStream(Handler* handler);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  Status Add(std::string_view bytes);
  Status End();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signboard::robots
