// A server context with a fresh key and a self-signed certificate for "localhost".
#pragma once

#include <openssl/types.h>

namespace signboard::testing {

// The caller frees it.
SSL_CTX* MakeSelfSignedContext();

}  // namespace signboard::testing
