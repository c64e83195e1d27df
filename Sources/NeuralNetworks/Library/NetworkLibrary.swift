import COneDNN

/// The library that runs the networks' primitives, as far as it decides the bits of a result.
public enum NetworkLibrary {
  /// oneDNN's version and the instruction set it uses on this processor, e.g. `oneDNN 2.6.3, avx2`.
  public static let instructionSet: String = {
    let version = dnnl_version().pointee
    let isa =
      switch dnnl_get_effective_cpu_isa() {
      case dnnl_cpu_isa_sse41: "sse41"
      case dnnl_cpu_isa_avx: "avx"
      case dnnl_cpu_isa_avx2: "avx2"
      case dnnl_cpu_isa_avx2_vnni: "avx2_vnni"
      case dnnl_cpu_isa_avx512_core: "avx512_core"
      case dnnl_cpu_isa_avx512_core_vnni: "avx512_core_vnni"
      case dnnl_cpu_isa_avx512_core_bf16: "avx512_core_bf16"
      case dnnl_cpu_isa_avx512_core_amx: "avx512_core_amx"
      case let other: "isa \(other.rawValue)"
      }
    return "oneDNN \(version.major).\(version.minor).\(version.patch), \(isa)"
  }()
}
