#include "crawler/worker/findings.h"

#include "crawler/extract/finding_message.h"

namespace signboard::worker {

v1::Finding ToProto(const extract::Finding& finding) {
  return extract::MakeMessage<v1::Finding>(finding);
}

}  // namespace signboard::worker
