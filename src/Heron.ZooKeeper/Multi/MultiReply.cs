// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Addresses;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Multi;

/// <summary>
/// Reads the answer to a multi: one header (type, done, error) before each result, and a last one that says done. When one
/// operation failed, every result is an error: 0 for those before it, its own, -2 for those after it.
/// </summary>
internal static class MultiReply
{
    public static IReadOnlyList<OperationResult> Read(ref JuteReader body, IReadOnlyList<Operation> operations, ChrootMap paths)
    {
        var results = new List<OperationResult>(operations.Count);
        var codes = new List<ErrorCode>(operations.Count);
        while (true)
        {
            var type = (OpCode)body.Int();
            bool done = body.Bool();
            _ = body.Int(); // repeated inside error results
            if (done)
            {
                break;
            }

            if (codes.Count == operations.Count)
            {
                throw new ZooKeeperProtocolException("the answer to a multi holds more results than the multi had operations");
            }

            ReadOne(ref body, type, operations[codes.Count], paths, results, codes);
        }

        int failed = codes.FindIndex(static code => code is not ErrorCode.Ok and not ErrorCode.RuntimeInconsistency);
        if (failed < 0)
        {
            failed = codes.FindIndex(static code => code != ErrorCode.Ok);
        }

        if (failed >= 0)
        {
            throw new ZooKeeperMultiException(failed, codes[failed], operations[failed].Path, codes);
        }

        return results.Count == operations.Count
            ? results
            : throw new ZooKeeperProtocolException($"the answer to a multi of {operations.Count} operations holds {results.Count} results");
    }

    private static void ReadOne(ref JuteReader body, OpCode type, Operation operation, ChrootMap paths, List<OperationResult> results, List<ErrorCode> codes)
    {
        ErrorCode code = ErrorCode.Ok;
        switch (type)
        {
            case OpCode.Create2 or OpCode.CreateContainer:
                string created = paths.ToCaller(body.String());
                results.Add(new OperationResult(created, body.Stat()));
                break;
            case OpCode.Create:
                results.Add(new OperationResult(paths.ToCaller(body.String()), null));
                break;
            case OpCode.SetData:
                results.Add(new OperationResult(operation.Path, body.Stat()));
                break;
            case OpCode.Delete or OpCode.Check:
                results.Add(new OperationResult(operation.Path, null));
                break;
            case OpCode.Error:
                code = (ErrorCode)body.Int();
                break;
            default:
                throw new ZooKeeperProtocolException($"the answer to a multi holds a result of unknown type {(int)type}");
        }

        codes.Add(code);
    }
}
