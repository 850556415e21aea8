namespace SeqGan.Options;

/// <summary>An option that a checkpoint's state depends on: a resumed training must have the same value.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FixedOnResumeAttribute : Attribute;
