import COpenSSL
import Foundation

/// The one style sheet of the report. No element carries a style of its own: the page's policy would block it.
///
/// Colours are those of Okabe & Ito that reach 3:1 on white; lightness alone also tells the shades apart.
enum StyleSheet {
  /// Looks of the charts; stands inside each SVG file as well.
  static let charts = """
    svg text{font-family:"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;font-size:12px;fill:#1a1a1a;\
    font-variant-numeric:tabular-nums}
    svg .ground{fill:#fff}
    svg .heading{font-weight:600;font-size:13px}
    svg .value-on-dark{fill:#fff}
    svg .hurdle-label{fill:#a84300;font-weight:600}
    svg .grid{stroke:#dcdcdc;stroke-width:1}
    svg .axis{stroke:#555;stroke-width:1}
    svg .jump-off{stroke:#767676;stroke-width:1;stroke-dasharray:2 3}
    svg .hurdle{stroke:#a84300;stroke-width:2;stroke-dasharray:7 4;fill:none}
    svg .history{stroke:#333;stroke-width:1.2;fill:none}
    svg .middle{stroke:#0072b2;stroke-width:2.6;fill:none}
    svg .band-outer{fill:#d3e6f2;stroke:#2f8fcb;stroke-width:1;stroke-dasharray:3 3}
    svg .band-inner{fill:#9cc8e3;stroke:#2f8fcb;stroke-width:1}
    svg .bars{fill:#2f8fcb;stroke:#fff;stroke-width:.5}
    svg .drop{stroke:#555;stroke-width:1;stroke-dasharray:2 3}
    svg .whisker{stroke:#1a1a1a;stroke-width:1.6;fill:none}
    svg .joint{stroke:#767676;stroke-width:2}
    svg .connector{stroke:#767676;stroke-width:1}
    svg .mark-ring{fill:#fff;stroke:#1a1a1a;stroke-width:1.8}
    svg .mark-dot{fill:#0072b2;stroke:#fff;stroke-width:1}
    svg .mark-diamond{fill:#d55e00;stroke:#fff;stroke-width:1}
    svg .map-label{font-weight:600;font-size:13px;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
    svg .mark-past{fill:#8a8a8a}
    svg .mark-future{stroke:#2f8fcb;stroke-width:1;fill:none}
    svg .trace{stroke:#c4c4c4;stroke-width:1;fill:none}
    svg .mark-bar{stroke:#1a1a1a;stroke-width:2.5}
    svg .total{fill:#555}
    svg .fall{fill:#d55e00}
    svg .rise{fill:#d3e6f2;stroke:#0072b2;stroke-width:1.5}
    svg .shade-0{fill:#f3f6f9}
    svg .shade-1{fill:#dbe7f0}
    svg .shade-2{fill:#f6d9ae}
    svg .shade-3{fill:#e3a250}
    svg .shade-4{fill:#a84300}
    svg .shade-5{fill:#5c1f00}
    svg .calm{fill:#f5f5f5}
    svg .cool-1{fill:#d3e6f2}
    svg .cool-2{fill:#9cc8e3}
    svg .cool-3{fill:#00588c}
    svg .warm-1{fill:#f6d9ae}
    svg .warm-2{fill:#e3a250}
    svg .warm-3{fill:#a84300}
    svg .curve-1{stroke:#a84300;stroke-width:1.8;stroke-dasharray:7 4;fill:none}
    svg .curve-2{stroke:#2f8fcb;stroke-width:1.8;fill:none}
    svg .curve-3{stroke:#1a1a1a;stroke-width:2.6;fill:none;stroke-dasharray:1.5 4;stroke-linecap:round}
    """

  static let page = """
    :root{color-scheme:light}
    *{box-sizing:border-box}
    body{margin:0;background:#fff;color:#1a1a1a;font:16px/1.5 "Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,\
    sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:.5rem;top:.5rem;background:#fff;padding:.5rem 1rem;border:2px solid #0072b2;z-index:1}
    header,nav,main,footer{max-width:68rem;margin:0 auto;padding:0 1rem}
    header{padding-top:1.5rem}
    h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
    h2{font-size:1.35rem;line-height:1.3;margin:0}
    h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
    h4{font-size:1rem;margin:1.25rem 0 .4rem;color:#333}
    .hypothetical{border-left:4px solid #a84300;padding:.1rem 0 .1rem .75rem;margin:.75rem 0;font-weight:600}
    nav ol{list-style:none;padding:0;margin:1rem 0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
    a{color:#00588c}
    a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid #0072b2;outline-offset:2px}
    section{border-top:1px solid #bbb;padding:1.25rem 0 .75rem;margin-top:1rem}
    .number{color:#555;font-weight:400;margin-right:.5rem}
    .question{color:#444;font-style:italic;margin:.1rem 0 .5rem}
    .answer{font-size:1.1rem;font-weight:600;line-height:1.45;margin:.25rem 0 1rem;max-width:52rem}
    p,ul{max-width:48rem}
    .scroll{overflow-x:auto;margin:.75rem 0 1.25rem}
    table{border-collapse:collapse;font-size:.875rem;line-height:1.35}
    caption{text-align:left;font-weight:600;padding:.25rem 0 .4rem}
    th,td{padding:.3rem .6rem;border-bottom:1px solid #d4d4d4;text-align:left;vertical-align:top}
    thead th{border-bottom:2px solid #555;vertical-align:bottom;font-weight:600}
    caption span{display:block;position:sticky;left:0;max-width:calc(100vw - 2rem)}
    tbody th{font-weight:400;min-width:7.5rem}
    .figure{text-align:right;white-space:nowrap}
    thead .figure{white-space:normal;min-width:5rem}
    .unit{font-weight:400;color:#444}
    .facts td{overflow-wrap:anywhere;min-width:9rem}
    figure{margin:1.25rem 0}
    figcaption{font-weight:600;margin-bottom:.4rem}
    svg{display:block;max-width:100%;height:auto}
    .wide svg{min-width:40rem}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:.75rem 1rem}
    .panels svg{width:100%}
    details{margin:.5rem 0 1rem}
    summary{cursor:pointer;color:#00588c;padding:.2rem 0}
    pre{background:#f3f3f3;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem}
    footer{padding-bottom:2rem;color:#444;font-size:.875rem}
    @media (max-width:40rem){.facts th,.facts td{display:block;border-bottom:0;padding:.1rem 0}\
    .facts thead{display:none}.facts tbody tr{display:block;border-bottom:1px solid #d4d4d4;padding:.3rem 0}\
    .facts tbody th{font-weight:600}}
    @media (min-width:60rem){tbody th{position:sticky;left:0;background:#fff;min-width:10rem}}
    @media (forced-colors:active){svg{forced-color-adjust:none;background:#fff}}
    @media print{@page{size:A4;margin:14mm}
    body{font-size:9.5pt}nav,.skip,summary{display:none}header,main,footer{max-width:none;padding:0}
    .scroll{overflow:visible}table{font-size:7pt;width:100%}th,td{padding:.12rem .25rem}
    .figure{white-space:normal}thead .figure,tbody th{min-width:0}caption span{max-width:none}
    thead{break-inside:avoid;break-after:avoid}.facts td{min-width:0}
    thead{display:table-header-group}tr,svg,figcaption{break-inside:avoid}h2,h3,h4,.answer,.question,caption,figcaption\
    {break-after:avoid}.wide svg{min-width:0}.panels{grid-template-columns:repeat(3,1fr)}
    details::details-content{content-visibility:visible;display:block;height:auto}}
    """

  static let whole = page + "\n" + charts + "\n"

  /// `sha256-…` of the style sheet, as the page's content security policy names it.
  static let policyHash = "sha256-" + Data(digest(of: whole)).base64EncodedString()

  private static func digest(of text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
    precondition(status == 1 && length == 32, "SHA-256 gave \(length) bytes with status \(status), expected 32 with 1")
    return digest
  }
}
