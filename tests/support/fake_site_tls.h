// A server context with a fresh key and a self-signed certificate for "localhost".
#pragma once

#include <openssl/types.h>

namespace signboard::testing {

// The caller frees it. `claims_http2`: takes a client that offers HTTP/2 at its word (ALPN).
SSL_CTX* MakeSelfSignedContext(bool claims_http2);

}  // namespace signboard::testing
