namespace IrrigationWatch.Kernels;

/// <summary>Spectral indices of two to six bands, and the reflectance of single bands. Their operands are given in the order in which the summary names them.</summary>
public enum SpectralIndex
{
    /// <summary>Normalised difference vegetation index of NIR and red, (N − R)/(N + R), −1 to 1. Tucker 1979, Remote Sensing of Environment 8, 127–150.</summary>
    Ndvi,

    /// <summary>Two-band enhanced vegetation index of NIR and red, 2.5 (N − R)/(N + 2.4 R + 1). Jiang et al. 2008, Remote Sensing of Environment 112, 3833–3845.</summary>
    Evi2,

    /// <summary>Normalised difference moisture index of NIR and SWIR 1, (N − S)/(N + S), −1 to 1. Gao 1996, Remote Sensing of Environment 58, 257–266.</summary>
    Ndmi,

    /// <summary>
    /// Modified normalised difference water index of green and SWIR 1, (G − S)/(G + S), −1 to 1. Xu 2006, International
    /// Journal of Remote Sensing 27, 3025–3033. Negative reflectance, common over dark water, is taken as zero.
    /// </summary>
    Mndwi,

    /// <summary>Green index of NIR and green, N/G, 0 and above.</summary>
    Gi,

    /// <summary>Soil-adjusted vegetation index of NIR and red, 1.5 (N − R)/(N + R + 0.5). Huete 1988, Remote Sensing of Environment 25, 295–309.</summary>
    Savi,

    /// <summary>
    /// Enhanced vegetation index of NIR, red and blue, 2.5 (N − R)/(N + 6 R − 7.5 B + 1). Huete et al. 2002, Remote Sensing of
    /// Environment 83, 195–213.
    /// </summary>
    Evi,

    /// <summary>Kernel NDVI of NIR and red, tanh(NDVI²), 0 to 0.76, up to 1 where a band has negative reflectance. Camps-Valls et al. 2021, Science Advances 7, eabc7447.</summary>
    Kndvi,

    /// <summary>
    /// Tasselled-cap wetness of blue, green, red, NIR, SWIR 1 and SWIR 2, for reflectance of TM: Crist 1985, Remote Sensing of
    /// Environment 17, 301–306.
    /// </summary>
    Wetness,

    /// <summary>Reflectance of blue.</summary>
    Blue,

    /// <summary>Reflectance of green.</summary>
    Green,

    /// <summary>Reflectance of red.</summary>
    Red,

    /// <summary>Reflectance of near infrared.</summary>
    Nir,

    /// <summary>Reflectance of short-wave infrared at 1.6 µm.</summary>
    Swir1,

    /// <summary>Reflectance of short-wave infrared at 2.2 µm.</summary>
    Swir2,
}
