using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Storage;

/// <summary>Files below a prefix in object storage, by GDAL; keys come from the environment, as GDAL documents.</summary>
internal sealed class ObjectStore : FileStore
{
    private static readonly string[] Writable = ["/vsis3/", "/vsigs/", "/vsiaz/", "/vsiadls/", "/vsioss/"];

    private readonly string root;

    internal ObjectStore(string address)
    {
        Place = address.TrimEnd('/');
        root = RemotePath.ToGdal(Place);
        if (!Array.Exists(Writable, prefix => root.StartsWith(prefix, StringComparison.Ordinal) && root.Length > prefix.Length))
        {
            throw new InputException(address, "is no place that can be written; give a folder, or an address as s3://bucket/folder, gs:// or az://");
        }
    }

    internal override string Place { get; }

    internal override string PathOf(string name) => $"{root}/{name}";

    internal override string NameOf(string name) => $"{Place}/{name}";

    internal override FileState? Find(string name)
    {
        string path = PathOf(name);
        // What was so a while ago says nothing now: others write here too.
        VirtualFileSystem.Forget(path);
        try
        {
            using var stream = new VirtualFileStream(path);
            return new FileState(stream.Length, VirtualFileSystem.EntityTag(path) ?? string.Empty);
        }
        catch (GdalException)
        {
            return null;
        }
    }

    internal override string? ReadText(string name)
    {
        string path = PathOf(name);
        VirtualFileSystem.Forget(path);
        if (!VirtualFileSystem.Exists(path))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(VirtualFileSystem.ReadAllBytes(path, 1L << 30));
        }
        catch (GdalException e)
        {
            throw CannotRead(name, e);
        }
    }

    internal override void WriteText(string name, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Write(name, stream);
    }

    internal override void Put(string file, string name)
    {
        using FileStream stream = File.OpenRead(file);
        Write(name, stream);
    }

    internal override void Get(string name, string file)
    {
        try
        {
            VirtualFileSystem.Forget(PathOf(name));
            using var source = new VirtualFileStream(PathOf(name));
            AtomicFile.Write(file, target => source.CopyTo(target, 1 << 20));
        }
        catch (GdalException e)
        {
            throw CannotRead(name, e);
        }
    }

    internal override IReadOnlyList<string> List(string folder) => [.. ListAll(folder).Where(name => !name.Contains('/'))];

    internal override void Delete(string name)
    {
        VirtualFileSystem.Delete(PathOf(name));
        VirtualFileSystem.Forget(PathOf(name));
    }

    internal override void Remove(string folder)
    {
        foreach (string name in ListAll(folder))
        {
            VirtualFileSystem.Delete(PathOf($"{folder}/{name}"));
        }
    }

    internal override Func<string, FileState?> Snapshot(string folder)
    {
        HashSet<string> names = [.. ListAll(folder).Select(name => $"{folder}/{name}")];
        return name => names.Contains(name) ? new FileState(null, string.Empty) : null;
    }

    internal override IReadOnlyList<string> ListAll(string folder)
    {
        VirtualFileSystem.Forget(PathOf(folder));
        try
        {
            return VirtualFileSystem.List(PathOf(folder) + "/");
        }
        catch (GdalException)
        {
            // No object has such a name: to a store that is no folder.
            return [];
        }
    }

    private void Write(string name, Stream content)
    {
        try
        {
            VirtualFileSystem.Write(PathOf(name), content);
            VirtualFileSystem.Forget(PathOf(name));
        }
        catch (GdalException e)
        {
            throw new InputException(NameOf(name), $"cannot be written ({e.Reason.TrimEnd('.')}); check the address, the keys and the permissions of the store", e);
        }
    }

    private InputException CannotRead(string name, GdalException e) => new(NameOf(name), $"cannot be read ({e.Reason.TrimEnd('.')}); check the address, the keys and the connection", e);
}
