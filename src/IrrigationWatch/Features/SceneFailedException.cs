using IrrigationWatch.Landsat;

namespace IrrigationWatch.Features;

/// <summary>A scene could not be read while features were computed; without it they can be computed again.</summary>
public sealed class SceneFailedException : InputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="cause">What is wrong with it.</param>
    public SceneFailedException(Scene scene, InputException cause)
        : base(cause?.File ?? string.Empty, cause?.Problem ?? string.Empty, cause) => Scene = scene;

    /// <summary>The scene.</summary>
    public Scene Scene { get; }
}
