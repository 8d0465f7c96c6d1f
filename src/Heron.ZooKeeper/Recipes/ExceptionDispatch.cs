using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Heron.ZooKeeper.Recipes;

/// <summary>Throws an earlier exception again without losing where it came from.</summary>
internal static class ExceptionDispatch
{
    [DoesNotReturn]
    public static void Throw(Exception exception) => ExceptionDispatchInfo.Throw(exception);
}
