// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core.Packages;
using Heron.Packages.Store;
using Heron.Packages.Tests.Conformance;
using Heron.Testing.Packages;

namespace Heron.Packages.Tests.Store;

/// <summary>The shipped store, on a disk.</summary>
public sealed class PackageStoreConformanceTests : PackageStoreConformance
{
    protected override Task<IPackageStoreStage> OpenAsync() => Task.FromResult<IPackageStoreStage>(new DiskStage());

    private sealed class DiskStage : IPackageStoreStage
    {
        private readonly StoreFolder _folder = new();

        public int Files => _folder.Files().Count;

        public IStoreServer Open() => new DiskServer(_folder.Open(), _folder.Instance);

        public void Close() => _folder.Close();

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class DiskServer(PackageStore store, string instance) : IStoreServer
    {
        private const string Address = "http://10.0.0.1:9000/api/v1/file/download/";

        public IPackageStore Store => store;

        public string Instance => instance;

        public string Publish(string content, string? topologyId)
        {
            using var file = store.Stage("test");
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Complete();
            return Address + store.Publish(
                new NewPackage(file.Path, file.Sha256, file.Length) { ClientName = "topology.tar.gz", TopologyId = topologyId });
        }

        public string? Fetch(string uri)
        {
            using var file = store.Open(uri[Address.Length..]);
            if (file is null)
            {
                return null;
            }

            var bytes = new byte[file.Length];
            RandomAccess.Read(file.Handle, bytes, 0);
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
