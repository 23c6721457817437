#pragma once

/// Marks what crosses a shared library border: everything else is hidden.
#define STREAMS_EXPORT [[gnu::visibility("default")]]
