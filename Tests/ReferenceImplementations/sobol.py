"""Writes Sources/Stochastics/Nets/JoeKuoTable.swift and Tests/StochasticsTests/Fixtures/sobol.csv.

Run from the repository's root; needs numpy and scipy, which carries Joe & Kuo's direction numbers (new-joe-kuo-6.21201).
"""

import base64
import os

import numpy as np
import scipy
from scipy.stats import qmc

DIMENSIONS = 1_024
TABLE = "Sources/Stochastics/Nets/JoeKuoTable.swift"
LICENCE = """\
// Direction numbers of Stephen Joe and Frances Y. Kuo, "Constructing Sobol sequences with better two-dimensional
// projections", SIAM J. Sci. Comput. 30 (2008), 2635-2654: their list new-joe-kuo-6, of which the first {count} dimensions
// stand here in another form. Their licence:
//
// Copyright (c) 2008, Frances Y. Kuo and Stephen Joe
// All rights reserved.
//
// Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
// following conditions are met:
//
// * Redistributions of source code must retain the above copyright notice, this list of conditions and the following
//   disclaimer.
//
// * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
//   disclaimer in the documentation and/or other materials provided with the distribution.
//
// * Neither the names of the copyright holders nor the names of the University of New South Wales and the University of
//   Waikato and its contributors may be used to endorse or promote products derived from this software without specific
//   prior written permission.
//
// THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS ``AS IS'' AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
// LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT
// SHALL THE COPYRIGHT HOLDERS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
// DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR
// BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
// (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
// POSSIBILITY OF SUCH DAMAGE.
"""


def packed(count):
    """Of each dimension from the second on, in bits: degree s (4), inner coefficients of the polynomial (s - 1), and
    m_2 ... m_s without their last bit, which is 1 (1, 2, ... s - 1)."""
    numbers = np.load(os.path.join(os.path.dirname(scipy.stats.__file__), "_sobol_direction_numbers.npz"))
    bits = ""
    for dimension in range(1, count):
        polynomial = int(numbers["poly"][dimension])
        degree = polynomial.bit_length() - 1
        assert polynomial & 1 and 1 <= degree < 16
        bits += format(degree, "04b")
        if degree > 1:
            bits += format(polynomial >> 1 & (1 << (degree - 1)) - 1, f"0{degree - 1}b")
        for index in range(1, degree):
            m = int(numbers["vinit"][dimension][index])
            assert m & 1 and m < 1 << (index + 1)
            bits += format(m >> 1, f"0{index}b")
    bits += "0" * (-len(bits) % 24)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def table():
    text = base64.b64encode(packed(DIMENSIONS)).decode()
    lines = [text[first : first + 112] for first in range(0, len(text), 112)]
    with open(TABLE, "w") as file:
        file.write(LICENCE.format(count=f"{DIMENSIONS:,}"))
        file.write("\n/// Written by Tests/ReferenceImplementations/sobol.py; read by `SobolSequence`.\nenum JoeKuoTable {\n")
        file.write(f"  static let dimensionCount = {DIMENSIONS}\n\n")
        file.write("  /// Bits in base 64. Of each dimension from the second on: degree s of its polynomial (4 bits), the\n")
        file.write("  /// polynomial's inner coefficients (s − 1 bits), and m₂ … mₛ without the last bit, a 1 (1 … s − 1 bits).\n")
        file.write('  static let text: StaticString = """\n')
        file.write("".join(f"    {line}\\\n" for line in lines).removesuffix("\\\n"))
        file.write('\n    """\n}\n')


def fixture():
    with open("Tests/StochasticsTests/Fixtures/sobol.csv", "w") as file:
        file.write(f"# scipy {scipy.__version__}, unscrambled, {DIMENSIONS} dimensions; Tests/ReferenceImplementations/sobol.py\n")
        file.write("index,dimension,numerator of 2^-30\n")
        # scipy goes through the points in the order of a Gray code: its place i is point i ^ (i >> 1).
        points = np.round(qmc.Sobol(DIMENSIONS, scramble=False, bits=30).random(4_096) * 2**30).astype(np.int64)
        for place in [1, 2, 3, 5, 12, 100, 1_023, 3_000, 4_095]:
            for dimension in [0, 1, 2, 3, 4, 7, 20, 63, 100, 255, 511, 700, 1_023]:
                file.write(f"{place ^ place >> 1},{dimension},{points[place][dimension]}\n")


table()
fixture()
