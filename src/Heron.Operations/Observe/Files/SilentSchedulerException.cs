// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Observe.Files;

/// <summary>The scheduler hangs: whatever else is asked of it now would be waited for in vain as well.</summary>
internal sealed class SilentSchedulerException(string message, Exception? cause) : HeronException(FaultKind.Unavailable, message, cause);
