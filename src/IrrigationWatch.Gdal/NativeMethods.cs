using System.Reflection;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Gdal;

/// <summary>The C interface of libgdal: gdal.h, gdal_utils.h, ogr_api.h, ogr_srs_api.h, cpl_*.h. Nothing outside this project sees it.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Gdal = "gdal";

    static NativeMethods()
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Gdal ? GdalLibrary.Handle : 0;

    // --- errors and configuration -------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial nint CPLSetErrorHandler(delegate* unmanaged[Cdecl]<int, int, byte*, void> handler);
    [LibraryImport(Gdal)] internal static partial void CPLErrorReset();
    [LibraryImport(Gdal)] internal static partial void CPLSetConfigOption([MarshalAs(UnmanagedType.LPUTF8Str)] string key, [MarshalAs(UnmanagedType.LPUTF8Str)] string? value);
    [LibraryImport(Gdal)] internal static partial void VSIFree(void* data);
    [LibraryImport(Gdal)] internal static partial void* CPLZLibDeflate(void* source, nuint length, int level, void* destination, nuint available, nuint* written);
    [LibraryImport(Gdal)] internal static partial void* CPLZLibInflate(void* source, nuint length, void* destination, nuint available, nuint* written);
    [LibraryImport(Gdal)] internal static partial Decompressor* CPLGetDecompressor([MarshalAs(UnmanagedType.LPUTF8Str)] string id);
    [LibraryImport(Gdal)] internal static partial nint GDALVersionInfo([MarshalAs(UnmanagedType.LPUTF8Str)] string request);
    [LibraryImport(Gdal)] internal static partial void GDALAllRegister();
    [LibraryImport(Gdal)] internal static partial int GDALGetDriverCount();
    [LibraryImport(Gdal)] internal static partial nint GDALGetDriver(int index);
    [LibraryImport(Gdal)] internal static partial nint GDALGetDriverByName([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
    [LibraryImport(Gdal)] internal static partial nint GDALGetDriverShortName(nint driver);

    // --- datasets -----------------------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial nint GDALOpenEx([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint flags, byte** drivers, byte** options, byte** siblings);
    [LibraryImport(Gdal)] internal static partial nint GDALCreate(nint driver, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int width, int height, int bands, RasterType type, byte** options);
    [LibraryImport(Gdal)] internal static partial void GDALClose(nint dataset);
    [LibraryImport(Gdal)] internal static partial void GDALFlushCache(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial nint GDALGetDatasetDriver(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial int GDALGetRasterXSize(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial int GDALGetRasterYSize(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial int GDALGetRasterCount(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial nint GDALGetRasterBand(DatasetHandle dataset, int number);
    [LibraryImport(Gdal)] internal static partial int GDALGetGeoTransform(DatasetHandle dataset, double* transform);
    [LibraryImport(Gdal)] internal static partial int GDALSetGeoTransform(DatasetHandle dataset, double* transform);
    [LibraryImport(Gdal)] internal static partial nint GDALGetSpatialRef(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial int GDALSetSpatialRef(DatasetHandle dataset, SpatialReferenceHandle reference);
    [LibraryImport(Gdal)] internal static partial nint GDALGetMetadataItem(nint owner, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string? domain);
    [LibraryImport(Gdal)] internal static partial byte** GDALGetMetadata(nint owner, [MarshalAs(UnmanagedType.LPUTF8Str)] string? domain);
    [LibraryImport(Gdal)] internal static partial int GDALSetMetadataItem(nint owner, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string? value, [MarshalAs(UnmanagedType.LPUTF8Str)] string? domain);

    // --- bands --------------------------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial RasterType GDALGetRasterDataType(nint band);
    [LibraryImport(Gdal)] internal static partial void GDALGetBlockSize(nint band, int* width, int* height);
    [LibraryImport(Gdal)] internal static partial int GDALReadBlock(nint band, int x, int y, void* data);
    [LibraryImport(Gdal)] internal static partial int GDALRasterIO(nint band, int write, int x, int y, int width, int height, void* data, int bufferWidth, int bufferHeight, RasterType bufferType, int pixelSpace, int lineSpace);
    [LibraryImport(Gdal)] internal static partial double GDALGetRasterNoDataValue(nint band, int* success);
    [LibraryImport(Gdal)] internal static partial long GDALGetRasterNoDataValueAsInt64(nint band, int* success);
    [LibraryImport(Gdal)] internal static partial ulong GDALGetRasterNoDataValueAsUInt64(nint band, int* success);
    [LibraryImport(Gdal)] internal static partial int GDALSetRasterNoDataValue(nint band, double value);
    [LibraryImport(Gdal)] internal static partial int GDALGetMaskFlags(nint band);
    [LibraryImport(Gdal)] internal static partial nint GDALGetMaskBand(nint band);
    [LibraryImport(Gdal)] internal static partial int GDALGetRasterColorInterpretation(nint band);
    [LibraryImport(Gdal)] internal static partial nint GDALGetDescription(nint owner);
    [LibraryImport(Gdal)] internal static partial void GDALSetDescription(nint owner, [MarshalAs(UnmanagedType.LPUTF8Str)] string text);
    [LibraryImport(Gdal)] internal static partial int GDALSetRasterScale(nint band, double scale);
    [LibraryImport(Gdal)] internal static partial double GDALGetRasterScale(nint band, int* success);
    [LibraryImport(Gdal)] internal static partial double GDALGetRasterOffset(nint band, int* success);
    [LibraryImport(Gdal)] internal static partial int GDALGetOverviewCount(nint band);
    [LibraryImport(Gdal)] internal static partial nint GDALGetOverview(nint band, int index);
    [LibraryImport(Gdal)] internal static partial nint GDALGetBandDataset(nint band);
    [LibraryImport(Gdal)] internal static partial int GDALGetRasterBandXSize(nint band);
    [LibraryImport(Gdal)] internal static partial int GDALGetRasterBandYSize(nint band);
    [LibraryImport(Gdal)] internal static partial nint GDALCreateColorTable(int interpretation);
    [LibraryImport(Gdal)] internal static partial void GDALDestroyColorTable(nint table);
    [LibraryImport(Gdal)] internal static partial void GDALSetColorEntry(nint table, int index, short* rgba);
    [LibraryImport(Gdal)] internal static partial int GDALSetRasterColorTable(nint band, nint table);
    [LibraryImport(Gdal)] internal static partial int GDALSetRasterCategoryNames(nint band, byte** names);
    [LibraryImport(Gdal)] internal static partial byte** GDALGetRasterCategoryNames(nint band);

    // --- utilities ----------------------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial nint GDALWarpAppOptionsNew(byte** arguments, nint binary);
    [LibraryImport(Gdal)] internal static partial void GDALWarpAppOptionsFree(nint options);
    [LibraryImport(Gdal)] internal static partial nint GDALWarp([MarshalAs(UnmanagedType.LPUTF8Str)] string path, nint target, int sourceCount, nint* sources, nint options, int* usageError);

    // --- spatial references ---------------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial nint OSRNewSpatialReference(nint wkt);
    [LibraryImport(Gdal)] internal static partial int OSRSetFromUserInput(SpatialReferenceHandle reference, [MarshalAs(UnmanagedType.LPUTF8Str)] string definition);
    [LibraryImport(Gdal)] internal static partial nint OSRClone(nint reference);
    [LibraryImport(Gdal)] internal static partial void OSRDestroySpatialReference(nint reference);
    [LibraryImport(Gdal)] internal static partial void OSRSetAxisMappingStrategy(SpatialReferenceHandle reference, int strategy);
    [LibraryImport(Gdal)] internal static partial int OSRExportToWktEx(SpatialReferenceHandle reference, byte** text, byte** options);
    [LibraryImport(Gdal)] internal static partial int OSRIsGeographic(SpatialReferenceHandle reference);
    [LibraryImport(Gdal)] internal static partial int OSRIsSameEx(SpatialReferenceHandle a, SpatialReferenceHandle b, byte** options);
    [LibraryImport(Gdal)] internal static partial nint OSRGetAuthorityCode(SpatialReferenceHandle reference, nint key);
    [LibraryImport(Gdal)] internal static partial nint OSRGetAuthorityName(SpatialReferenceHandle reference, nint key);
    [LibraryImport(Gdal)] internal static partial nint OSRGetName(SpatialReferenceHandle reference);
    [LibraryImport(Gdal)] internal static partial int OSRGetUTMZone(SpatialReferenceHandle reference, int* north);
    [LibraryImport(Gdal)] internal static partial nint OCTNewCoordinateTransformation(SpatialReferenceHandle source, SpatialReferenceHandle target);
    [LibraryImport(Gdal)] internal static partial void OCTDestroyCoordinateTransformation(nint transformation);
    [LibraryImport(Gdal)] internal static partial int OCTTransformEx(TransformationHandle transformation, int count, double* x, double* y, double* z, int* success);

    // --- vector layers ----------------------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial int GDALDatasetGetLayerCount(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial nint GDALDatasetGetLayer(DatasetHandle dataset, int index);
    [LibraryImport(Gdal)] internal static partial nint OGR_L_GetName(nint layer);
    [LibraryImport(Gdal)] internal static partial nint OGR_L_GetSpatialRef(nint layer);
    [LibraryImport(Gdal)] internal static partial void OGR_L_ResetReading(nint layer);
    [LibraryImport(Gdal)] internal static partial nint OGR_L_GetNextFeature(nint layer);
    [LibraryImport(Gdal)] internal static partial nint OGR_L_GetLayerDefn(nint layer);
    [LibraryImport(Gdal)] internal static partial int OGR_FD_GetFieldCount(nint definition);
    [LibraryImport(Gdal)] internal static partial nint OGR_FD_GetFieldDefn(nint definition, int index);
    [LibraryImport(Gdal)] internal static partial nint OGR_Fld_GetNameRef(nint field);
    [LibraryImport(Gdal)] internal static partial int OGR_F_IsFieldSetAndNotNull(nint feature, int index);
    [LibraryImport(Gdal)] internal static partial nint OGR_F_GetFieldAsString(nint feature, int index);
    [LibraryImport(Gdal)] internal static partial long OGR_F_GetFID(nint feature);
    [LibraryImport(Gdal)] internal static partial nint OGR_F_GetGeometryRef(nint feature);
    [LibraryImport(Gdal)] internal static partial void OGR_F_Destroy(nint feature);
    [LibraryImport(Gdal)] internal static partial int OGR_L_GetGeomType(nint layer);
    [LibraryImport(Gdal)] internal static partial long OGR_L_GetFeatureCount(nint layer, int force);
    [LibraryImport(Gdal)] internal static partial nint OGRGeometryTypeToName(int type);
    [LibraryImport(Gdal)] internal static partial int OGR_Fld_GetWidth(nint field);
    [LibraryImport(Gdal)] internal static partial int OGR_G_GetGeometryType(nint geometry);
    [LibraryImport(Gdal)] internal static partial int OGR_G_HasCurveGeometry(nint geometry, int lookForNonLinear);
    [LibraryImport(Gdal)] internal static partial nint OGR_G_GetLinearGeometry(nint geometry, double maxAngle, byte** options);
    [LibraryImport(Gdal)] internal static partial nint OGR_G_ForceToMultiPolygon(nint geometry);
    [LibraryImport(Gdal)] internal static partial nint OGR_G_Clone(nint geometry);
    [LibraryImport(Gdal)] internal static partial void OGR_G_DestroyGeometry(nint geometry);
    [LibraryImport(Gdal)] internal static partial int OGR_G_CreateFromWkt(byte** data, nint reference, nint* geometry);
    [LibraryImport(Gdal)] internal static partial nint OGR_G_CreateGeometryFromJson(byte* text);
    [LibraryImport(Gdal)] internal static partial int OGR_G_WkbSize(nint geometry);
    [LibraryImport(Gdal)] internal static partial int OGR_G_ExportToIsoWkb(nint geometry, int order, byte* data);

    [LibraryImport(Gdal)] internal static partial nint GDALDatasetCreateLayer(DatasetHandle dataset, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint reference, int geometryType, byte** options);
    [LibraryImport(Gdal)] internal static partial int GDALDatasetStartTransaction(DatasetHandle dataset, int force);
    [LibraryImport(Gdal)] internal static partial int GDALDatasetCommitTransaction(DatasetHandle dataset);
    [LibraryImport(Gdal)] internal static partial nint OGR_Fld_Create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int type);
    [LibraryImport(Gdal)] internal static partial void OGR_Fld_Destroy(nint field);
    [LibraryImport(Gdal)] internal static partial int OGR_L_CreateField(nint layer, nint field, int approximate);
    [LibraryImport(Gdal)] internal static partial int OGR_L_CreateFeature(nint layer, nint feature);
    [LibraryImport(Gdal)] internal static partial nint OGR_F_Create(nint definition);
    [LibraryImport(Gdal)] internal static partial int OGR_F_SetFID(nint feature, long id);
    [LibraryImport(Gdal)] internal static partial void OGR_F_SetFieldInteger64(nint feature, int index, long value);
    [LibraryImport(Gdal)] internal static partial void OGR_F_SetFieldDouble(nint feature, int index, double value);
    [LibraryImport(Gdal)] internal static partial void OGR_F_SetFieldString(nint feature, int index, [MarshalAs(UnmanagedType.LPUTF8Str)] string value);
    [LibraryImport(Gdal)] internal static partial void OGR_F_SetFieldNull(nint feature, int index);
    [LibraryImport(Gdal)] internal static partial int OGR_F_SetGeometryDirectly(nint feature, nint geometry);
    [LibraryImport(Gdal)] internal static partial int OGR_G_CreateFromWkb(byte* data, nint reference, nint* geometry, int length);

    // --- virtual file systems ---------------------------------------------------------------------
    [LibraryImport(Gdal)] internal static partial byte** VSIReadDirRecursive([MarshalAs(UnmanagedType.LPUTF8Str)] string path);
    [LibraryImport(Gdal)] internal static partial nint VSIFOpenL([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string access);
    [LibraryImport(Gdal)] internal static partial int VSIFCloseL(nint file);
    [LibraryImport(Gdal)] internal static partial int VSIFSeekL(nint file, ulong offset, int origin);
    [LibraryImport(Gdal)] internal static partial ulong VSIFTellL(nint file);
    [LibraryImport(Gdal)] internal static partial nuint VSIFReadL(void* data, nuint size, nuint count, nint file);
    [LibraryImport(Gdal)] internal static partial nuint VSIFWriteL(void* data, nuint size, nuint count, nint file);
    [LibraryImport(Gdal)] internal static partial int VSIFReadMultiRangeL(int ranges, void** data, ulong* offsets, nuint* sizes, nint file);
    [LibraryImport(Gdal)] internal static partial byte** VSIGetFileMetadata([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string domain, byte** options);
    [LibraryImport(Gdal)] internal static partial void VSICurlPartialClearCache([MarshalAs(UnmanagedType.LPUTF8Str)] string prefix);
    [LibraryImport(Gdal)] internal static partial int VSIUnlink([MarshalAs(UnmanagedType.LPUTF8Str)] string path);
    [LibraryImport(Gdal)] internal static partial void CSLDestroy(byte** list);

    /// <summary><c>CPLCompressor</c> of cpl_compressor.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Decompressor
    {
        internal int Version;
        internal byte* Id;
        internal int Type;
        internal byte** Metadata;
        internal delegate* unmanaged[Cdecl]<void*, nuint, void**, nuint*, byte**, void*, byte> Function;
        internal void* UserData;
    }
}
