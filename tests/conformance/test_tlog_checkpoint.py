"""C2SP tlog-checkpoint, signed-note and tlog-cosignature: the examples that the specifications print."""

from base64 import b64decode

import pytest

from thread.ledger import KeyMalformed, SigningKeys, VerifierKey, read_checkpoint

# tlog-cosignature, introduction: a checkpoint with the signature of its log and the cosignature of a witness.
EXAMPLE = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


@pytest.mark.requirement("INT-3")
def test_the_example_of_the_specification_is_read() -> None:
    signed = read_checkpoint(EXAMPLE.encode())

    assert signed.checkpoint.origin == "example.com/behind-the-sofa"
    assert signed.checkpoint.size == 20852163
    assert signed.checkpoint.root == b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert [one.name for one in signed.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert signed.checkpoint.text + "\n" + "".join(one.line for one in signed.signatures) == EXAMPLE


def test_the_cosignature_of_the_example_bears_the_time_of_the_example() -> None:
    witness = read_checkpoint(EXAMPLE.encode()).signatures[1]

    assert int.from_bytes(witness.signature[:8], "big") == 1679315147
    assert len(witness.signature[8:]) == 64


def test_a_published_ml_dsa_seed_gives_the_published_key_id() -> None:
    """From the tests of the witness in FiloSottile/torchwood (cmd/litewitness/testdata/mldsa.txt)."""
    seed = bytes.fromhex("2886adc2b0eabfce67c0472939127998bf886cf256bfee8ba76a253fce1146e0")

    key = SigningKeys("example.com/mldsa-log", bytes(32), seed).verifier_keys[1]

    assert key.vkey.startswith("example.com/mldsa-log+b5df45c5+BuhtcL97l3dcitjZ8Y9J54gm")
    assert key.vkey.endswith("4rrcUht4yVIvFAaqsgAAE=")


def test_a_verifier_key_for_plain_notes_is_not_a_key_for_checkpoints() -> None:
    """The example of signed-note has type 0x01: a signature over the text alone, without a time."""
    with pytest.raises(KeyMalformed, match="signature type 0x01 is not 0x04 or 0x06"):
        VerifierKey.from_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
